package dev.sluice.auth.keys;

import static dev.sluice.auth.keys.KeyService.invalid;

import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Budget;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The validity rules of a key, independent of the caller: formats, sizes, known names. */
public final class KeyRequestRules {

    /** Actors in the audit log: this machine, the command line, callers in open mode. */
    private static final Set<String> RESERVED_IDS = Set.of("local", "cli", "open");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");
    private static final Pattern TEXT = Pattern.compile("[^\\p{Cntrl}]*");
    private static final int MAX_NAME = 128;
    private static final int MAX_LIST = 100;
    /** The same bounds as for metadata in OpenAI's API. */
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
                    "is invalid (expected: 1 to 64 of a-z, 0-9 and _)");
            require(
                    !RESERVED_IDS.contains(keyRequest.id()),
                    "id",
                    "is reserved (expected: any id but local, cli and open)");
            require(
                    config.auth().keys().stream().map(StaticKey::id).noneMatch(keyRequest.id()::equals),
                    "id",
                    "is used by a key of the config file (expected: an unused id)");
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
                "is invalid (expected: up to 128 characters, no control characters)");
        require(
                keyRequest.team() == null || LABEL.matcher(keyRequest.team()).matches(),
                "team",
                "is invalid (expected: 1 to 128 of A-Z, a-z, 0-9 and . _ @ : / -, a letter or digit first)");
        require(
                KeyEntry.isKnownTier(keyRequest.tier(), config),
                "tier",
                "is not configured (expected: one of tiers in the config file)");
        require(
                keyRequest.models().size() <= MAX_LIST
                        && keyRequest.models().stream().allMatch(KeyRequestRules::model),
                "models",
                "are invalid (expected: up to 100 model names, with * for any characters)");
        List<String> known = Stream.concat(
                        Stream.of(Surface.values()).map(Surface::label), Stream.of(Principal.ACCOUNT))
                .toList();
        require(
                known.containsAll(keyRequest.endpoints()),
                "endpoints",
                "have an unknown label (expected: some of " + String.join(", ", known) + ")");
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
                "have a negative number (expected: 0 for no limit, or more)");
    }

    private static void budget(Budget budget) {
        require(
                budget == null
                        || budget.nanoUsd() >= 0
                                && budget.period() != null
                                && budget.warnAt() >= 0
                                && budget.warnAt() <= 1,
                "budget",
                "is invalid (expected: 0 US dollars or more, period day, week, month or lifetime, warn_at 0 to 1)");
    }

    /** Checks the metadata of a key or a team. */
    public static void metadata(Map<String, String> metadata) {
        require(
                metadata.size() <= MAX_METADATA
                        && metadata.entrySet().stream()
                                .allMatch(entry -> text(entry.getKey(), MAX_METADATA_NAME)
                                        && entry.getValue() != null
                                        && text(entry.getValue(), MAX_METADATA_VALUE)),
                "metadata",
                "is too large (expected: up to 16 names of up to 64 characters, with values of up to 512)");
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
