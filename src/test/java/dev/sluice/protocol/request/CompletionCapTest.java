package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCapTest {

    private static final String CHAT = """
        {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"größer"}]}],"temperature":0}\
        """;

    /** A capped request equals the one parsed from its bytes, at any offset of the array. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model':'m','messages':[{'role':'user','content':'hi'}]}",
                " \n{ 'model' : 'm' ,\t'messages':[{'role':'user','content':[{'type':'text','text':'ü'}]}], 'n':2 } ",
                "{'max_completion_tokens':null,'model':'m','messages':[{'role':'user','content':'hi'}],'user':'u'}",
                "{'model':'m','max_tokens' : null , 'messages':[{'role':'user','content':'hi'}],'stream':true}",
                "{'model':'m','messages':[{'role':'user','content':'hi'}],'max_completion_tokens':null}"
            })
    void memberSpansEqualThoseOfTheParsedBody(String text) {
        for (String before : new String[] {"", "bytes of another request"}) {
            ClientRequest capped = CompletionCap.cap(read(Surface.CHAT_COMPLETIONS, before, text), 1234);

            assertThat(capped).isEqualTo(Protocols.read(Surface.CHAT_COMPLETIONS, capped.body()));
            assertThat(Protocols.requirements(capped).outputTokens()
                            / Protocols.requirements(capped).choices())
                    .isEqualTo(1234);
        }
    }

    @Test
    void eachFormatHasItsOwnMember() {
        ClientRequest responses = read(Surface.RESPONSES, "", "{'model':'m','input':'hi'}");
        ClientRequest messages = read(
                Surface.MESSAGES, "", "{'model':'m','max_tokens':null,'messages':[{'role':'user','content':'x'}]}");

        assertThat(CompletionCap.cap(responses, 7).body().toText())
                .isEqualTo("{\"max_output_tokens\":7,\"model\":\"m\",\"input\":\"hi\"}");
        assertThat(CompletionCap.cap(messages, 7).member("max_tokens").valueEnd()
                        - CompletionCap.cap(messages, 7).member("max_tokens").valueStart())
                .isEqualTo(1);
    }

    @Test
    void aCapSetTwiceIsWrittenOnce() {
        ClientRequest once = CompletionCap.cap(read(Surface.CHAT_COMPLETIONS, "", CHAT), 100);
        ClientRequest twice = CompletionCap.cap(once, 9);

        assertThat(twice.body().toText()).isEqualTo(once.body().toText().replace("100", "9"));
        assertThat(twice).isEqualTo(Protocols.read(Surface.CHAT_COMPLETIONS, twice.body()));
    }

    private static ClientRequest read(Surface surface, String before, String text) {
        byte[] bytes = (before + text.replace('\'', '"') + before).getBytes(StandardCharsets.UTF_8);
        int offset = before.getBytes(StandardCharsets.UTF_8).length;
        return Protocols.read(surface, new ByteSlice(bytes, offset, bytes.length - 2 * offset));
    }
}
