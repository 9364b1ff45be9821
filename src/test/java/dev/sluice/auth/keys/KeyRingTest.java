package dev.sluice.auth.keys;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.ConfigSamples;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

    private final GeneratedKey ci = TestKeys.generate("ci");
    private final GeneratedKey dev = TestKeys.generate("dev_2");
    private final KeyRing keys = TestKeys.ring(TestKeys.config(ci, dev));

    @Test
    void theRightTokenGivesThePrincipal() {
        assertThat(keys.verify(ci.token().reveal()).principal().id()).isEqualTo("ci");
        assertThat(keys.verify(dev.token().reveal()).principal().id()).isEqualTo("dev_2");
        assertThat(keys.verify(ci.token().reveal()).principal().team()).isEqualTo("platform");
        assertThat(keys.verify(ci.token().reveal()).principal().mayUse("openai/gpt-4o"))
                .isTrue();
        assertThat(keys.verify(ci.token().reveal()).principal().mayUse("smart")).isFalse();
    }

    @Test
    void aTokenWithAnyCharacterChangedIsRefused() {
        String token = ci.token().reveal();
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(keys.verify(token.substring(0, i) + other + token.substring(i + 1))
                            .principal())
                    .as("changed at %d", i)
                    .isNull();
        }
    }

    @Test
    void truncatedAndExtendedTokensAreRefused() {
        String token = ci.token().reveal();
        for (int length = 0; length < token.length(); length++) {
            assertThat(keys.verify(token.substring(0, length)).principal()).isNull();
        }
        assertThat(keys.verify(token + "A").principal()).isNull();
        assertThat(keys.verify("A" + token).principal()).isNull();
    }

    @Test
    void theSecretOfAnotherKeyIsRefused() {
        String secret = dev.token().reveal().substring("sk-sluice-dev_2-".length());

        assertThat(keys.verify("sk-sluice-ci-" + secret).principal()).isNull();
        assertThat(keys.verify("sk-sluice-nobody-" + secret).principal()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "sk-sluice-", "sk-sluice--", "sk-sluice-ci", "sk-sluice-ci-", "sk-proj-abc", "\0", "𝄞"
            })
    void malformedTokensAreRefused(String token) {
        assertThat(keys.verify(token).principal()).isNull();
    }

    @Test
    void aMegabyteIsRefused() {
        assertThat(keys.verify("sk-sluice-ci-" + "A".repeat(1 << 20)).principal())
                .isNull();
        assertThat(keys.verify("sk-sluice-" + "c".repeat(1 << 20) + "-" + "A".repeat(43))
                        .principal())
                .isNull();
    }

    @Test
    void tooLongIdsAreRefused() {
        String id = "c".repeat(KeyToken.MAX_ID_LENGTH + 1);
        String secret = "A".repeat(KeyToken.SECRET_LENGTH);
        String hash = KeyHash.of(new byte[KeyHash.SALT_BYTES], secret, TestKeys.PEPPER.reveal())
                .text();
        KeyRing tooLong =
                TestKeys.ring(ConfigSamples.auth(List.of(new StaticKey(id, hash, null, List.of())), TestKeys.PEPPER));

        assertThat(tooLong.verify("sk-sluice-" + id + "-" + secret).principal()).isNull();
    }

    @Test
    void charactersWithTheSameLowByteAreRefused() {
        String token = ci.token().reveal();
        int last = token.length() - 1;
        char twin = (char) (token.charAt(last) + 0x100);

        assertThat(keys.verify(token.substring(0, last) + twin).principal()).isNull();
    }

    @Test
    void anotherPepperRefusesEveryKey() {
        KeyRing seasonedOtherwise =
                TestKeys.ring(ConfigSamples.auth(List.of(ci.stanza()), new Secret("another pepper altogether")));

        assertThat(seasonedOtherwise.verify(ci.token().reveal()).principal()).isNull();
    }

    @Test
    void withoutKeysEveryTokenIsRefused() {
        assertThat(TestKeys.ring(TestKeys.open()).verify(ci.token().reveal()).principal())
                .isNull();
    }

    @Test
    void manyThreadsCanVerifyAtOnce() throws Exception {
        String right = ci.token().reveal();
        String wrong = right.substring(0, right.length() - 1) + (right.endsWith("A") ? 'B' : 'A');
        Callable<Boolean> asks = () -> IntStream.range(0, 20_000)
                .allMatch(i -> keys.verify(right).principal() != null
                        && keys.verify(wrong).principal() == null);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> verified : threads.invokeAll(List.of(asks, asks, asks, asks))) {
                assertThat(verified.get()).isTrue();
            }
        }
    }

    @Test
    void generatedKeysDiffer() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            GeneratedKey key = TestKeys.generate(null);
            assertThat(key.stanza().id()).matches("[a-z0-9_]{1,64}");
            assertThat(key.stanza().hash()).matches("hmac-sha256:[0-9a-f]{32}:[0-9a-f]{64}");
            assertThat(key.token().reveal()).matches("sk-sluice-[a-z0-9_]+-[0-9A-Za-z]{43}");
            assertThat(seen.add(key.token().reveal())
                            && seen.add(key.stanza().hash())
                            && seen.add(key.stanza().id()))
                    .isTrue();
        }
    }

    @Test
    void invalidConfigsAreRefused() {
        AuthConfig noPepper = ConfigSamples.auth(List.of(ci.stanza()), null);
        AuthConfig twice = TestKeys.config(ci, ci);
        AuthConfig noHash = ConfigSamples.auth(List.of(new StaticKey("ci", "plain", null, List.of())), TestKeys.PEPPER);

        assertThatThrownBy(() -> TestKeys.ring(noPepper)).hasMessageContaining("auth.pepper: missing");
        assertThatThrownBy(() -> TestKeys.ring(twice)).hasMessageContaining("\"ci\" is used by two keys");
        assertThatThrownBy(() -> TestKeys.ring(noHash)).hasMessageContaining("hmac-sha256:<32 hex digits>");
    }

    @Test
    void hashesAreComparedInConstantTime() {
        JavaClasses auth = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sluice.auth");

        classes()
                .that()
                .haveSimpleName("KeyHash")
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .check(auth);
        noClasses()
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .check(auth);
    }
}
