package dev.sluice.config;

import dev.sluice.binding.Key;
import java.time.Duration;
import java.util.List;

/** Tokens of an OpenID Connect issuer. */
public record JwtConfig(
        @Key(value = "The issuer: the exact value of the iss claim.", required = true)
        String issuer,

        @Key(value = "The audience that the aud claim must name.", required = true)
        String audience,

        @Key(
                value = "URL of the issuer's keys; if omitted, taken from its /.well-known/openid-configuration.",
                pattern = "https?://[^\\s?#]+(\\?[^\\s#]*)?",
                expected = "an http or https URL")
        String jwks,

        @Key(
                value = "Accepted algorithms, of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512.",
                or = "[\"RS256\", \"ES256\"]")
        List<String> algorithms,

        @Key(value = "Accepted difference between clocks.", or = "30s", min = 0, max = 600000)
        Duration leeway,

        @Key(
                value = "How long the issuer's keys are used before they are fetched again.",
                or = "10m",
                min = 1000,
                max = 86400000)
        Duration refresh,

        @Key("Names of the claims.") Claims claims) {

    /** Names of claims; a dot leads into an object. */
    public record Claims(
            @Key(value = "The caller's id.", or = "sub") String subject,
            @Key(value = "The team.", or = "team") String team,
            @Key(value = "The tier.", or = "tier") String tier,

            @Key(value = "Models the caller may request: a list, or a text separated by spaces.", or = "models")
            String models,

            @Key(
                    value = "Admin roles (viewer, operator, admin): a list, or a text separated by spaces.",
                    was = "admin",
                    or = "roles")
            String role) {}
}
