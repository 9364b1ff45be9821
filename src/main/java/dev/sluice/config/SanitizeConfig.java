package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.model.FormerValue;
import java.util.List;
import java.util.Map;

/** What is removed from prompts and responses on a route. */
public record SanitizeConfig(
        @Key(value = "Remove control and invisible characters without meaning from prompts.", or = "false")
        boolean stripControls,

        @Key("Kinds of secrets and personal data to redact.")
        List<Kind> redact,

        @Key("Additional patterns to redact: name to RE2 pattern.")
        Map<String, String> patterns,

        @Key("RE2 patterns. A request whose prompt matches one is refused.")
        List<String> block,

        @Key(value = "Where to sanitize: prompts, responses or both.", or = "prompts")
        Where where) {

    public static final SanitizeConfig NONE = new SanitizeConfig(false, List.of(), Map.of(), List.of(), Where.PROMPTS);

    /** Kinds of text that Sluice recognizes. */
    public enum Kind {
        EMAIL,
        PHONE,
        CREDIT_CARD,
        IBAN,
        IP_ADDRESS,
        API_KEY,
        PRIVATE_KEY,
        JWT
    }

    /** Which texts are examined. */
    public enum Where {
        PROMPTS,
        @FormerValue("answers")
        RESPONSES,
        BOTH
    }
}
