package dev.sluice.auth.keys;

import static dev.sluice.auth.keys.KeyService.invalid;

import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Budget;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.ModelName;
import dev.sluice.model.Surface;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What no key may be, whoever makes it. */
public final class KeyRequestRules {

    /** In the audit log they stand for this machine, the command line and who needs no key. */
    private static final Set<String> OUR_OWN = Set.of("local", "cli", "open");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");
    private static final Pattern TEXT = Pattern.compile("[^\\p{Cntrl}]*");
    private static final int MAX_NAME = 128;
    private static final int MAX_LIST = 100;
    /** As OpenAI bounds metadata. */
    private static final int MAX_METADATA = 16;

    private static final int MAX_METADATA_NAME = 64;
    private static final int MAX_METADATA_VALUE = 512;

    private KeyRequestRules() {}

    /** @throws GatewayException INVALID_REQUEST that names the field */
    static void check(KeyRequest keyRequest, SluiceConfig config, Instant now) {
        if (keyRequest.id() != null) {
            require(
                    KeyGenerator.ID.matcher(keyRequest.id()).matches(),
                    "id",
                    "has another form (expected: 1 to 64 of a-z, 0-9 and _)");
            require(!OUR_OWN.contains(keyRequest.id()), "id", "is how Sluice names itself (expected: another)");
            require(
                    config.auth().keys().stream().map(StaticKey::id).noneMatch(keyRequest.id()::equals),
                    "id",
                    "is that of a key of the config file (expected: one of its own)");
        }
        require(
                keyRequest.expiresAt() == null || keyRequest.expiresAt().isAfter(now),
                "expires_at",
                "is not in the future (expected: a time after now, or none)");
        checkFields(keyRequest, config);
    }

    static void checkFields(KeyRequest keyRequest, SluiceConfig config) {
        require(
                keyRequest.name() == null || text(keyRequest.name(), MAX_NAME),
                "name",
                "is no text of up to 128 characters");
        require(
                keyRequest.team() == null || LABEL.matcher(keyRequest.team()).matches(),
                "team",
                "has another form (expected: 1 to 128 of A-Z, a-z, 0-9 and . _ @ : / -)");
        require(KeyEntry.known(keyRequest.tier(), config), "tier", "is none of tiers");
        require(
                keyRequest.models().size() <= MAX_LIST
                        && keyRequest.models().stream().allMatch(KeyRequestRules::model),
                "models",
                "hold what is no model's name (expected: up to 100 names, with * for anything)");
        List<String> surfaces = Stream.of(Surface.values()).map(Surface::label).toList();
        require(
                surfaces.containsAll(keyRequest.surfaces()),
                "endpoints",
                "hold what is none (expected: some of " + String.join(", ", surfaces) + ")");
        limits(keyRequest.limits());
        budget(keyRequest.budget());
        metadata(keyRequest.metadata());
    }

    private static void limits(Limits limits) {
        require(
                limits.rpm() >= 0
                        && limits.tpm() >= 0
                        && limits.inputTpm() >= 0
                        && limits.outputTpm() >= 0
                        && limits.concurrency() >= 0,
                "limits",
                "hold a negative number (expected: 0 for none, or more)");
    }

    private static void budget(Budget budget) {
        require(
                budget == null
                        || budget.nanoUsd() >= 0
                                && budget.period() != null
                                && budget.warnAt() >= 0
                                && budget.warnAt() <= 1,
                "budget",
                "is none (expected: 0 US dollars or more, day, week, month or lifetime, warned at 0 to 1)");
    }

    /** The same for whatever carries metadata. */
    public static void metadata(Map<String, String> metadata) {
        require(
                metadata.size() <= MAX_METADATA
                        && metadata.entrySet().stream()
                                .allMatch(entry -> text(entry.getKey(), MAX_METADATA_NAME)
                                        && entry.getValue() != null
                                        && text(entry.getValue(), MAX_METADATA_VALUE)),
                "metadata",
                "is too much (expected: up to 16 names of up to 64 characters, with values of up to 512)");
    }

    private static boolean model(String pattern) {
        return pattern != null && ModelName.isValid(pattern.replace('*', 'x'));
    }

    private static boolean text(String value, int longest) {
        return value.length() <= longest && TEXT.matcher(value).matches();
    }

    private static void require(boolean fine, String field, String what) {
        if (!fine) {
            throw invalid(field, what);
        }
    }
}
