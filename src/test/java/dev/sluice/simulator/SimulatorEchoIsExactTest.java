package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class SimulatorEchoIsExactTest {

    private static RunningSimulator simulator;

    @BeforeContainer
    static void open() {
        simulator = RunningSimulator.steerable().open();
    }

    @AfterContainer
    static void close() {
        simulator.close();
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> anything = Arbitraries.strings().all().ofMaxLength(60);
        Arbitrary<String> wordy = Arbitraries.strings()
                .withChars(" \n\t\r\"\\/ab\u2028é漢")
                .withChars('\0', '\u001f')
                .ofMaxLength(60);
        Arbitrary<String> emoji = Arbitraries.of("👩‍👩‍👧", "🙂", "\ud83d", "\ude42", " ", "a")
                .list()
                .ofMaxSize(20)
                .map(l -> String.join("", l));
        return Arbitraries.oneOf(anything, wordy, emoji);
    }

    @Property(tries = 200)
    void wholeAnswerIsTheText(@ForAll("texts") String text) {
        JsonObject response = new JsonObject(post(text, false));
        JsonObject message = response.getJsonArray("choices").getJsonObject(0).getJsonObject("message");
        assertThat(message.getString("content")).isEqualTo(text);
    }

    @Property(tries = 200)
    void deltasJoinedAreTheText(@ForAll("texts") String text) {
        assertThat(joined(post(text, true))).isEqualTo(text);
    }

    @Property(tries = 300)
    void splittingLosesNothing(@ForAll("texts") String text) {
        assertThat(String.join("", WordTokens.split(text))).isEqualTo(text);
        assertThat(WordTokens.split(text)).noneMatch(String::isEmpty);
    }

    @Example
    void textPartsAreJoined() {
        String body =
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a"
                    + " \"},"
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:\"}},{\"type\":\"text\",\"text\":\"b\"}]}],\"stream\":true}";
        assertThat(joined(new ChatClient(simulator.baseUrl())
                        .post("/chat/completions", body)
                        .body()))
                .isEqualTo("a b");
    }

    private static String joined(String sse) {
        return ChatClient.chunks(sse).stream()
                .map(chunk -> chunk.getJsonArray("choices")
                        .getJsonObject(0)
                        .getJsonObject("delta")
                        .getString("content", ""))
                .collect(Collectors.joining());
    }

    private static String post(String text, boolean stream) {
        String ascii = text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
        String body =
                "{\"model\":\"echo\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"system\",\"content\":\"x\"},"
                        + "{\"role\":\"user\",\"content\":\"" + ascii + "\"}]}";
        return new ChatClient(simulator.baseUrl())
                .post("/chat/completions", body)
                .body();
    }
}
