package dev.sluice.protocol.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Kind;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which parts of prompts the rules of a route change, and which they do not. */
class SanitizerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMAIL | write to ann@example.com now | write to [email] now",
                "EMAIL | a@b is no address | a@b is no address",
                "CREDIT_CARD | card 4111-1111-1111-1111 | card [credit_card]",
                "CREDIT_CARD | no card 4111-1111-1111-1112 | no card 4111-1111-1111-1112",
                "IBAN | to DE89370400440532013000 please | to [iban] please",
                "IBAN | to DE88370400440532013000 please | to DE88370400440532013000 please",
                "IP_ADDRESS | host 10.0.0.7 | host [ip_address]",
                "IP_ADDRESS | version 1.2.3 | version 1.2.3",
                "PHONE | call +49 30 901820 123 | call [phone]",
                "PHONE | in 2026 | in 2026",
                "API_KEY | key sk-ant-REDACTED-000 | key [api_key]",
                "API_KEY | AKIAIOSFODNN7EXAMPLE | [api_key]",
                "API_KEY | task-based work | task-based work",
                "JWT | eyJhbGciOiJI.eyJzdWIiOiIx.c2ln | [jwt]"
            })
    void eachKindIsRedacted(Kind kind, String text, String clean) {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
        SanitizerFindings findings = new SanitizerFindings();

        ClientRequest after = only(kind).prompt(chat(body), findings);

        assertThat(after.body().toText()).isEqualTo(body.replace(text, clean));
        assertThat(findings.toString().isEmpty()).isEqualTo(text.equals(clean));
    }

    @Test
    void partsSystemAndToolResultsArePromptsButIdsAndMediaAreNot() {
        String body = """
            {"model":"m","max_tokens":5,"seed":1.50,"system":"by ann@example.com","messages":[{"role":"user","content":[\
            {"type":"text","text":"I am ann@example.com"},\
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"ann@example.com"}},\
            {"type":"tool_result","tool_use_id":"ann@example.com","content":"of ann@example.com"}]}]}\
            """;
        ClientRequest request = Protocols.read(Surface.MESSAGES, ByteSlice.of(body));

        ClientRequest after = only(Kind.EMAIL).prompt(request, new SanitizerFindings());

        assertThat(after.body().toText())
                .isEqualTo(body.replace("by ann@example.com", "by [email]")
                        .replace("I am ann@example.com", "I am [email]")
                        .replace("of ann@example.com", "of [email]"));
        assertThat(after.model()).isEqualTo("m");
    }

    @Test
    void documentsAndToolResultsAreTextUnderAnyMemberName() {
        String body = """
            {"model":"m","max_tokens":5,"messages":[{"role":"user","content":[\
            {"type":"document","source":{"type":"text","media_type":"text/plain","data":"of ann@example.com"}}]},\
            {"role":"assistant","content":[{"type":"tool_use","id":"ann@example.com","name":"f",\
            "input":{"name":"ann@example.com","url":"at ann@example.com"}}]}]}\
            """;
        ClientRequest request = Protocols.read(Surface.MESSAGES, ByteSlice.of(body));

        ClientRequest after = only(Kind.EMAIL).prompt(request, new SanitizerFindings());

        assertThat(after.body().toText())
                .contains("\"data\":\"of [email]\"", "\"name\":\"[email]\"", "\"url\":\"at [email]\"")
                .contains("\"id\":\"ann@example.com\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"messages\":[{\"role\":\"user\",\"name\":\"ann@example.com\",\"content\":\"x\"}]`",
                "`\"messages\":[{\"role\":\"ann@example.com\",\"content\":\"x\"}]`",
                "`\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"ann@example.com\"}}]`",
                "`\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\","
                        + "\"properties\":{\"url\":{\"type\":[\"string\"],\"description\":\"ann@example.com\"}}}}}]`",
                "`\"tools\":[{\"name\":\"f\",\"input_schema\":{\"properties\":{\"x\":{\"enum\":[\"ann@example.com\"]}}}}]`",
                "`\"tools\":[{\"name\":\"f\",\"input_schema\":{\"properties\":{\"ann@example.com\":{}}}}]`",
                "`\"tools\":[{\"type\":\"custom\",\"format\":{\"definition\":\"ann@example.com\"}}]`",
                "`\"functions\":[{\"name\":\"f\",\"description\":\"ann@example.com\"}]`",
                "`\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"title\":\"ann@example.com\"}}}`",
                "`\"prediction\":{\"type\":\"content\",\"content\":\"ann@example.com\"}`",
                "`\"suffix\":\"ann@example.com\"`",
                "`\"documents\":[{\"id\":\"d\",\"data\":\"ann@example.com\"}]`",
                "`\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\","
                    + "\"input\":{\"ann@example.com\":1}}]}]`"
            })
    void allTextThatTheModelReadsIsRedacted(String member) {
        String body =
                "{\"model\":\"m\"," + (member.contains("\"messages\"") ? "" : "\"messages\":[{}],") + member + "}";

        assertThat(only(Kind.EMAIL)
                        .prompt(chat(body), new SanitizerFindings())
                        .body()
                        .toText())
                .isEqualTo(body.replace("ann@example.com", "[email]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"user\":\"ann@example.com\",\"metadata\":{\"by\":\"ann@example.com\"}`",
                "`\"tools\":[{\"type\":\"mcp\",\"server_url\":\"https://ann@example.com/\",\"headers\":{\"x\":\"ann@example.com\"}}]`",
                "`\"messages\":[{\"role\":\"user\",\"content\":[{\"image_url\":{\"url\":\"ftp://ann@example.com\"}}]}]`",
                "`\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"ann@example.com\",\"content\":\"x\"}]`"
            })
    void identifiersAddressesAndCredentialsAreNotChanged(String member) {
        ClientRequest request = chat(
                "{\"model\":\"m\"," + (member.contains("\"messages\"") ? "" : "\"messages\":[{}],") + member + "}");

        assertThat(only(Kind.EMAIL).prompt(request, new SanitizerFindings())).isSameAs(request);
    }

    @Test
    void patternsDoNotChangeRolesAndSettings() {
        Sanitizer rules = new Sanitizer(
                new SanitizeConfig(
                        false,
                        List.of(),
                        Map.of("word", "user|auto|text|function"),
                        List.of("assistant"),
                        Where.PROMPTS),
                List.of());
        ClientRequest request =
                chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]},"
                        + "{\"role\":\"assistant\"}],\"tool_choice\":\"auto\",\"response_format\":\"text\"}");

        assertThat(rules.prompt(request, new SanitizerFindings())).isSameAs(request);
    }

    @Test
    void memberNamesThatBecomeTheSameAreRejected() {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\","
                + "\"input\":{\"ann@example.com\":1,\"bob@example.com\":2}}]}]}";

        assertThatThrownBy(() -> only(Kind.EMAIL).prompt(chat(body), new SanitizerFindings()))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.error().code()).isEqualTo("unreadable_body"));
    }

    /** Otherwise a provider that reads names leniently could get a prompt that no rule has read. */
    @Test
    void membersThatAreScannedHaveOneSpelling() {
        for (String member : Stream.concat(Sanitizer.PROMPT_MEMBERS.stream(), Sanitizer.PROMPT_OBJECTS.stream())
                .toList()) {
            for (String spelling : List.of(
                    member.toUpperCase(java.util.Locale.ROOT),
                    member.replace("_", "") + "_",
                    member.replace('_', '-') + "-")) {
                assertThatThrownBy(() -> chat("{\"model\":\"m\",\"messages\":[{}],\"" + spelling + "\":1}"))
                        .as(spelling)
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                refusal -> assertThat(refusal.error().code()).isEqualTo("unknown_parameter"));
            }
        }
    }

    @Test
    void controlAndHiddenCharactersAreRemovedButLineEndsStay() {
        Sanitizer rules =
                new Sanitizer(new SanitizeConfig(true, List.of(), Map.of(), List.of(), Where.PROMPTS), List.of());
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\\u0000b\\n"
                + "\\u202Ec\\udb40\\udc41d\\te\"}]}";

        assertThat(rules.prompt(chat(body), new SanitizerFindings()).body().toText())
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"ab\\ncd\\te\"}]}");
    }

    static Stream<String> unreadable() {
        String message = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",%s\"content\":\"ann@example.com\"}]}";
        return Stream.of(
                message.formatted("\"role\":\"user\","),
                message.formatted("\"content\":\"x\","),
                message.formatted("\"r\\u006fle\":\"user\","),
                message.formatted("\"" + "n".repeat(50_001) + "\":1,"),
                message.formatted("\"x\":" + "9".repeat(1_001) + ","),
                message.formatted("\"x\":1e99999999999,"),
                message.formatted("\"x\":\"\\ud800\","),
                message.formatted("\"x\":\"\\udc00\\ud800\","));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void bodiesThatTheRulesCannotReadAreRejected(String body) {
        assertThatThrownBy(() -> only(Kind.EMAIL).prompt(chat(body), new SanitizerFindings()))
                .isInstanceOfSatisfying(GatewayException.class, refusal -> {
                    assertThat(refusal.error().status()).isEqualTo(400);
                    assertThat(refusal.error().code()).isIn("unreadable_body", "invalid_json");
                    assertThat(refusal.error().message()).doesNotContain("ann@");
                });
    }

    @Test
    void blockedPromptsAreRefusedWithoutBeingQuoted() {
        Sanitizer rules = new Sanitizer(
                new SanitizeConfig(false, List.of(), Map.of(), List.of("(?i)drop\\s+tables"), Where.PROMPTS),
                List.of());
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"please DROP  TABLES\"}]}";

        assertThatThrownBy(() -> rules.prompt(chat(body), new SanitizerFindings()))
                .isInstanceOfSatisfying(GatewayException.class, refusal -> {
                    assertThat(refusal.error().status()).isEqualTo(400);
                    assertThat(refusal.error().code()).isEqualTo("content_blocked");
                    assertThat(refusal.error().message())
                            .doesNotContain("TABLES")
                            .doesNotContain("drop");
                });
    }

    @Test
    void aRequestWithoutMatchesIsTheSameObject() {
        ClientRequest request = chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");

        assertThat(only(Kind.EMAIL).prompt(request, new SanitizerFindings())).isSameAs(request);
    }

    @Test
    void aCustomTextRuleIsApplied() {
        TextRule shout = new TextRule() {
            @Override
            public String apply(String text, SanitizerFindings findings) {
                findings.count("shout");
                return text.toUpperCase(java.util.Locale.ROOT);
            }

            @Override
            public int decidedUntil(String text, int until) {
                return until;
            }
        };
        SanitizerFindings findings = new SanitizerFindings();
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

        ClientRequest after = new Sanitizer(SanitizeConfig.NONE, List.of(shout)).prompt(chat(body), findings);

        assertThat(after.body().toText()).contains("\"HELLO\"");
        assertThat(findings).hasToString("shout:1");
    }

    private static Sanitizer only(Kind kind) {
        return Sanitizer.of(new SanitizeConfig(false, List.of(kind), Map.of(), List.of(), Where.PROMPTS));
    }

    private static ClientRequest chat(String body) {
        return Protocols.read(Surface.CHAT_COMPLETIONS, ByteSlice.of(body));
    }
}
