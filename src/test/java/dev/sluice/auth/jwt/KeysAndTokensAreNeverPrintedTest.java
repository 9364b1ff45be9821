package dev.sluice.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.TestIssuer;
import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.AuthResult;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.auth.keys.KeyHash;
import dev.sluice.config.AuthConfig;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys, tokens and the pepper never occur in text that may be logged. */
class KeysAndTokensAreNeverPrintedTest {

    private final GeneratedKey key = TestKeys.generate("ci");
    private final String secret = key.token().reveal().substring("sk-sluice-ci-".length());

    @Test
    void toStringOmitsSecrets() {
        AuthConfig config = TestKeys.config(key);
        GatewayAuthentication provider = TestKeys.identity(() -> config);
        var user = provider.authenticate(new TokenCredentials(key.token().reveal()))
                .result();

        List.of(
                        key,
                        config,
                        TestKeys.ring(config),
                        provider,
                        user.principal(),
                        user.attributes(),
                        AuthResult.caller(user))
                .forEach(thing -> assertNothingShows(thing.toString()));
    }

    @Test
    void exceptionsOmitSecrets() {
        AuthConfig config = TestKeys.config(key);
        GatewayAuthentication provider = TestKeys.identity(() -> config);
        String wrong = "sk-sluice-di-" + secret;

        StringWriter trace = new StringWriter();
        provider.authenticate(new TokenCredentials(wrong)).cause().printStackTrace(new PrintWriter(trace, true));
        catchThrowable(() -> TestKeys.ring(TestKeys.config(key, key))).printStackTrace(new PrintWriter(trace, true));
        catchThrowable(() -> KeyHash.parse(secret)).printStackTrace(new PrintWriter(trace, true));

        assertNothingShows(trace.toString());
    }

    @Test
    void parsedTokensAndRejectionsOmitSecrets() throws Exception {
        JsonObject claims = new JsonObject().put("iss", "canary-issuer").put("sub", "canary-subject");
        String token = TestIssuer.rs256(claims);
        List<String> said = new ArrayList<>();
        said.add(SignedToken.read(token, List.of("RS256")).toString());
        for (String bad : List.of(token + "=", token + "." + token, token.substring(9), token + " ", "x" + token)) {
            said.add(catchThrowable(() -> SignedToken.read(bad, List.of("RS256")))
                    .getMessage());
        }
        said.add(catchThrowable(() -> SignedToken.read(token, List.of("ES256"))).getMessage());

        assertThat(said)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain("canary")
                        .doesNotContain("eyJ")
                        .doesNotContain(token.substring(token.length() - 10)));
    }

    private void assertNothingShows(String text) {
        assertThat(text).doesNotContain(secret.substring(0, 6)).doesNotContain(TestKeys.PEPPER.reveal());
    }
}
