package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The member {@code sluice} is read and removed from the request. */
class SluiceMemberTest {

    private static final String MODEL = "\"model\":\"m\"";
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String SLUICE = "\"sl\\u0075ice\": {\"strategy\":\"cost\",\"only\":[\"a\",\"b/c\"],"
            + "\"fallbacks\":[],\"session\":\"s\\n1\"}";

    @Test
    void theMemberIsRead() {
        SluiceMember member = SluiceMember.of(read("{" + MODEL + "," + SLUICE + "," + MESSAGES + "}"));

        assertThat(member).isEqualTo(new SluiceMember("cost", List.of("a", "b/c"), List.of(), "s\n1"));
        assertThat(SluiceMember.of(read("{\"sluice\":{}," + MODEL + "," + MESSAGES + "}")))
                .isEqualTo(new SluiceMember(null, null, null, null));
        assertThat(SluiceMember.of(read("{" + MODEL + "," + MESSAGES + "}"))).isNull();
    }

    @Test
    void theMemberIsRemovedAtEveryPosition() {
        String[] orders = {
            SLUICE + "," + MODEL + " , " + MESSAGES,
            MODEL + "," + SLUICE + " , " + MESSAGES,
            MODEL + " , " + MESSAGES + "," + SLUICE
        };
        for (String members : orders) {
            byte[] padded = (".. { " + members + " } ..").getBytes(StandardCharsets.UTF_8);
            ClientRequest request =
                    Protocols.read(Surface.CHAT_COMPLETIONS, new ByteSlice(padded, 3, padded.length - 6));

            ClientRequest cut = SluiceMember.without(request);

            assertThat(cut.body().toText()).doesNotContain("ice").contains(MODEL, MESSAGES);
            ClientRequest again = Protocols.read(Surface.CHAT_COMPLETIONS, cut.body());
            // Moved members are at the positions where they would have been parsed.
            assertThat(again).isEqualTo(cut);
            assertThat(cut.members()).hasSize(2);
        }
    }

    @Test
    void aRequestWithoutTheMemberIsNotCopied() {
        ClientRequest request = read("{" + MODEL + "," + MESSAGES + "}");

        assertThat(SluiceMember.without(request)).isSameAs(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "5 | sluice | an object",
                "null | sluice | an object",
                "{\"strategy\":1} | sluice.strategy | a string",
                "{\"only\":\"a\"} | sluice.only | an array of strings",
                "{\"only\":[\"a\",{}]} | sluice.only[1] | a string",
                "{\"fallbacks\":null} | sluice.fallbacks | an array of strings",
                "{\"session\":[]} | sluice.session | a string",
                "{\"strategie\":\"cost\"} | sluice | strategy, only, fallbacks, session"
            })
    void invalidMembersAreNamed(String value, String param, String expected) {
        ClientRequest request = read("{" + MODEL + ",\"sluice\":" + value + "," + MESSAGES + "}");

        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> SluiceMember.of(request));

        assertThat(refusal.error().status()).isEqualTo(400);
        assertThat(refusal.error().param()).isEqualTo(param);
        assertThat(refusal.error().message()).contains(expected);
    }

    private static ClientRequest read(String body) {
        return Protocols.read(Surface.CHAT_COMPLETIONS, ByteSlice.of(body));
    }
}
