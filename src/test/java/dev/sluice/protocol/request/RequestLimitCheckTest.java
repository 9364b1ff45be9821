package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.RequestLimits;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests over a limit are rejected with the member, the number found and the limit. */
class RequestLimitCheckTest {

    private static final String BODY = """
        {"model":"m","n":3,"tools":[{"type":"function"},{"type":"function"}],"messages":[{"role":"user","content":[
        {"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"type image"}]},{"role":"user","content":"b"}]}
        """;

    @ParameterizedTest
    @CsvSource({"1,0,0,0,messages,2 items", "0,1,0,0,tools,2 tools", "0,0,0,2,n,3 choices"})
    void requestsOverALimitAreRejectedByName(
            int messages, int tools, int images, int choices, String param, String found) {
        RequestLimits requestLimits = new RequestLimits(messages, tools, images, choices);

        assertThatThrownBy(() -> check(BODY, requestLimits)).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            org.assertj.core.api.Assertions.assertThat(refusal.error().param()).isEqualTo(param);
            org.assertj.core.api.Assertions.assertThat(refusal.error().message())
                    .contains(found)
                    .contains("at most");
        });
    }

    @Test
    void imagesAreCountedAtAnyDepthAndTextAboutThemIsNot() {
        String two = BODY.replace("{\"type\":\"text\"", "{\"type\":\"image_url\",\"image_url\":{}},{\"type\":\"text\"");

        assertThatCode(() -> check(BODY, new RequestLimits(0, 0, 1, 0))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(two, new RequestLimits(0, 0, 1, 0))).hasMessageContaining("2 images");
    }

    @Test
    void unlimitedRequestsPass() {
        assertThatCode(() -> check(BODY, new RequestLimits(0, 0, 0, 0))).doesNotThrowAnyException();
        assertThatCode(() -> check(BODY, new RequestLimits(2, 2, 1, 3))).doesNotThrowAnyException();
    }

    private static void check(String body, RequestLimits requestLimits) {
        RequestLimitCheck.check(Protocols.read(Surface.CHAT_COMPLETIONS, ByteSlice.of(body)), requestLimits);
    }
}
