package dev.sluice.auth.jwt;

import dev.sluice.auth.keys.KeyEntry;
import dev.sluice.config.JwtConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The claims of a token with a verified signature: checks them against the configuration and the time, and creates the
 * principal.
 *
 * <p>The principal's id is {@code jwt:} and the subject, so that no subject can be taken for a key's id.
 */
final class JwtClaims {

    private static final String SUBJECT_PREFIX = "jwt:";
    private static final int MAX_SUBJECT = 256;
    private static final int MAX_LABEL = 128;
    private static final int MAX_MODELS = 100;
    /** The default of auth.jwt.claims.models. */
    private static final String USUAL_MODELS = "models";

    private final JsonObject claims;
    private final JwtConfig config;

    JwtClaims(JsonObject claims, JwtConfig config) {
        this.claims = claims;
        this.config = config;
    }

    /**
     * Checks issuer, audience, not-before and issued-at.
     *
     * @param nowMillis since 1970
     */
    void check(long nowMillis) throws TokenRejectedException {
        if (!config.issuer().equals(claims.getValue("iss"))) {
            throw new TokenRejectedException("iss is not auth.jwt.issuer");
        }
        if (!hasOwnAudience(claims.getValue("aud"))) {
            throw new TokenRejectedException("aud does not name auth.jwt.audience");
        }
        double now = nowMillis / 1e3;
        double leeway = config.leeway().toMillis() / 1e3;
        time("exp", true);
        if (time("nbf", false) > now + leeway) {
            throw new TokenRejectedException("nbf is in the future");
        }
        if (time("iat", false) > now + leeway) {
            throw new TokenRejectedException("iat is in the future");
        }
    }

    /** When it expires, leeway included, in milliseconds since 1970. */
    long expiryMillis() throws TokenRejectedException {
        double ends = time("exp", true) * 1e3 + config.leeway().toMillis();
        return ends >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) Math.floor(ends);
    }

    /** The principal. @throws GatewayException PERMISSION for an unknown tier or a missing claim of models */
    Principal principal(SluiceConfig whole) throws TokenRejectedException {
        Object subject = at(config.claims().subject());
        if (!(subject instanceof String name) || !printable(name, MAX_SUBJECT)) {
            throw new TokenRejectedException(config.claims().subject() + " is invalid (expected: a string of 1 to "
                    + MAX_SUBJECT + " printable characters)");
        }
        String tier = label(config.claims().tier());
        if (!KeyEntry.isKnownTier(tier, whole)) {
            throw permission(
                    "tier_unknown", "The tier of the token is not configured here. Ask the operator of this gateway.");
        }
        return new Principal(
                SUBJECT_PREFIX + name,
                label(config.claims().team()),
                tier,
                models(),
                List.of(),
                KeyEntry.tierPriority(tier, whole),
                role(),
                Limits.NONE,
                null);
    }

    /** Without the claim: all models, unless the config names another claim, which is then required. */
    private List<String> models() throws TokenRejectedException {
        Object value = at(config.claims().models());
        if (value == null) {
            if (config.claims().models().equals(USUAL_MODELS)) {
                return List.of();
            }
            throw permission(
                    "claim_missing", "The token lacks the claim with its models. Ask the operator of this gateway.");
        }
        List<String> patterns = words(value, config.claims().models());
        if (patterns.isEmpty()
                || patterns.size() > MAX_MODELS
                || !patterns.stream().allMatch(pattern -> ModelName.isValid(pattern.replace('*', 'x')))) {
            throw new TokenRejectedException(
                    config.claims().models() + " is invalid (expected: 1 to " + MAX_MODELS + " model names)");
        }
        return patterns;
    }

    /** The highest role named; other words are ignored, because other programs use the claim, too. */
    private Role role() throws TokenRejectedException {
        Object value = at(config.claims().role());
        Role highest = Role.NONE;
        if (value != null) {
            List<String> words = words(value, config.claims().role());
            for (Role role : Role.values()) {
                if (role.compareTo(highest) > 0 && words.contains(role.name().toLowerCase(Locale.ROOT))) {
                    highest = role;
                }
            }
        }
        return highest;
    }

    private static List<String> words(Object value, String claim) throws TokenRejectedException {
        if (value instanceof String text) {
            return List.of(text.strip().split(" +", -1)).stream()
                    .filter(word -> !word.isEmpty())
                    .toList();
        }
        if (value instanceof JsonArray array) {
            List<String> words = new ArrayList<>();
            for (Object each : array) {
                if (!(each instanceof String word)) {
                    throw new TokenRejectedException(claim + " has an item that is not a string");
                }
                words.add(word);
            }
            return List.copyOf(words);
        }
        throw new TokenRejectedException(claim + " is neither a string nor a list");
    }

    private String label(String claim) throws TokenRejectedException {
        Object value = at(claim);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && printable(text, MAX_LABEL)) {
            return text;
        }
        throw new TokenRejectedException(
                claim + " is invalid (expected: a string of 1 to " + MAX_LABEL + " printable characters)");
    }

    /** Looks up the whole name first: names of claims may be URLs, which contain dots. */
    private Object at(String claim) {
        if (claims.containsKey(claim)) {
            return claims.getValue(claim);
        }
        Object value = claims;
        for (String step : claim.split("\\.", -1)) {
            if (!(value instanceof JsonObject object)) {
                return null;
            }
            value = object.getValue(step);
        }
        return value;
    }

    private boolean hasOwnAudience(Object audience) {
        if (audience instanceof JsonArray several) {
            return several.stream().anyMatch(config.audience()::equals);
        }
        return config.audience().equals(audience);
    }

    /** In seconds since 1970; negative infinity if it is absent and optional. */
    private double time(String claim, boolean required) throws TokenRejectedException {
        if (!claims.containsKey(claim) && !required) {
            return Double.NEGATIVE_INFINITY;
        }
        if (claims.getValue(claim) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new TokenRejectedException(claim + " is not a number");
    }

    private static boolean printable(String text, int longest) {
        return !text.isBlank()
                && text.length() <= longest
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                || Character.getType(c) == Character.SURROGATE);
    }

    private static GatewayException permission(String code, String message) {
        return new GatewayException(GatewayError.of(Kind.PERMISSION, message).withCode(code));
    }
}
