package dev.sluice.config;

import dev.sluice.binding.Key;
import java.time.Duration;
import java.util.List;

/** Tokens of an OpenID Connect issuer. */
public record JwtConfig(
        @Key(value = "The issuer: the iss claim, to the letter.", required = true)
        String issuer,

        @Key(value = "The audience that the aud claim must name.", required = true)
        String audience,

        @Key(
                value = "Where its keys are; by the issuer's /.well-known/openid-configuration when left out.",
                pattern = "https?://[^\\s?#]+(\\?[^\\s#]*)?",
                expected = "an http or https URL")
        String jwks,

        @Key(value = "Algorithms that are taken.", or = "[\"RS256\", \"ES256\"]")
        List<String> algorithms,

        @Key(value = "How far clocks may differ.", or = "30s", min = 0, max = 600000)
        Duration leeway,

        @Key(
                value = "How long the issuer's keys are good without asking again.",
                or = "10m",
                min = 1000,
                max = 86400000)
        Duration refresh,

        @Key("Which claims say what.") Claims claims) {

    /** Names of claims; a dot leads into an object. */
    public record Claims(
            @Key(value = "Who it is.", or = "sub") String subject,
            @Key(value = "The team.", or = "team") String team,
            @Key(value = "The tier.", or = "tier") String tier,

            @Key(value = "Models it may ask for: a list, or text with spaces.", or = "models")
            String models,

            @Key(
                    value = "Admin roles: a list, or text with spaces, of viewer, operator, admin.",
                    was = "admin",
                    or = "roles")
            String role) {}
}
