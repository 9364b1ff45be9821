package dev.sluice.config;

import dev.sluice.binding.Key;
import java.util.List;
import java.util.Map;

/** What is taken out of prompts and answers on a route. */
public record SanitizeConfig(
        @Key(value = "Take control characters out of prompts.", or = "false")
        boolean stripControls,

        @Key("Kinds of secrets and personal data to redact.")
        List<Kind> redact,

        @Key("More patterns to redact: a name to an RE2 pattern.")
        Map<String, String> patterns,

        @Key("RE2 patterns that refuse a request when its prompt matches.")
        List<String> block,

        @Key(value = "Where: prompts, answers or both.", or = "prompts")
        Where where) {

    public static final SanitizeConfig NONE = new SanitizeConfig(false, List.of(), Map.of(), List.of(), Where.PROMPTS);

    /** What Sluice knows the look of. */
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

    /** What is looked at. */
    public enum Where {
        PROMPTS,
        ANSWERS,
        BOTH
    }
}
