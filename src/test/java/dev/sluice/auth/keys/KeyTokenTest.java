package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token has a prefix, an id of 1 to 64 characters and a secret of 43. */
class KeyTokenTest {

    private static final String SECRET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";

    @ParameterizedTest
    @ValueSource(strings = {"a", "ci", "team_1", "0123456789012345678901234567890123456789012345678901234567890123"})
    void wellFormedTokensHaveIdAndSecret(String id) {
        String token = "sk-sluice-" + id + "-" + SECRET;
        int secret = KeyToken.secretStart(token);

        assertThat(token.substring(secret)).isEqualTo(SECRET);
        assertThat(KeyToken.id(token, secret)).isEqualTo(id);
    }

    @Test
    void malformedTokensHaveNeither() {
        assertThat(KeyToken.secretStart("")).isEqualTo(-1);
        assertThat(KeyToken.secretStart(SECRET)).isEqualTo(-1);
        assertThat(KeyToken.secretStart("sk-sluice-" + SECRET)).isEqualTo(-1);
        assertThat(KeyToken.secretStart("sk-sluice--" + SECRET)).isEqualTo(-1);
        assertThat(KeyToken.secretStart("sk-sluice-ci_" + SECRET)).isEqualTo(-1);
        assertThat(KeyToken.secretStart("sk-other-ci-" + SECRET)).isEqualTo(-1);
        assertThat(KeyToken.secretStart("sk-sluice-ci-" + SECRET.replace('5', '-')))
                .isEqualTo(-1);
        assertThat(KeyToken.secretStart("sk-sluice-" + "a".repeat(65) + "-" + SECRET))
                .isEqualTo(-1);
    }
}
