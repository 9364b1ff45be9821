package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import dev.sluice.cli.KeysCommand;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A key from {@code keys create --print} authenticates clients, and an edit of the file revokes it. */
class VirtualKeysAuthenticateClientsTest {

    private static final String PROVIDERS = RunningSluice.EPHEMERAL + """
        providers:
          sluice: { type: simulator, models: [echo, lorem] }
        """;

    /** What the command printed: the key and what to paste. A pepper is made, since the environment has none. */
    private record Printed(String key, String stanza, String pepper) {

        static Printed by(String... options) {
            StringWriter out = new StringWriter();
            String[] words = new String[options.length + 2];
            words[0] = "create";
            words[1] = "--print";
            System.arraycopy(options, 0, words, 2, options.length);
            int exit = new CommandLine(new KeysCommand())
                    .setOut(new PrintWriter(out, true))
                    .execute(words);
            assertThat(exit).isZero();
            String text = out.toString();
            String pepper = line(text, "export SLUICE_PEPPER=");
            return new Printed(
                    line(text, ""),
                    text.replaceAll("(?m)^(sk-sluice-|export ).*$", ""),
                    pepper.substring(pepper.indexOf('=') + 1));
        }

        private static String line(String text, String start) {
            String prefix = start.isEmpty() ? "sk-sluice-" : start;
            return text.lines()
                    .filter(line -> line.startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void thePrintedKeyWorksAndAnotherDoesNot() {
        Printed printed = Printed.by("--id", "ci", "--team", "platform", "--models", "sluice/echo");
        try (RunningSluice sluice =
                RunningSluice.start(PROVIDERS + printed.stanza(), Map.of("SLUICE_PEPPER", printed.pepper()), 2)) {
            OpenAIClient right = OpenAiClientTest.client(sluice, printed.key(), 0);
            OpenAIClient wrong = OpenAiClientTest.client(sluice, changed(printed.key()), 0);

            assertThat(right.chat().completions().create(ask("sluice/echo")).choices())
                    .hasSize(1);
            assertThat(right.models().list().data().stream().map(Model::id)).containsExactly("sluice/echo");
            PermissionDeniedException notHers = catchThrowableOfType(
                    PermissionDeniedException.class,
                    () -> right.chat().completions().create(ask("sluice/lorem")));
            assertThat(notHers.code()).contains("model_not_allowed");
            UnauthorizedException refused = catchThrowableOfType(
                    UnauthorizedException.class,
                    () -> wrong.chat().completions().create(ask("sluice/echo")));
            assertThat(refused.code()).contains("invalid_api_key");
            assertThat(catchThrowableOfType(
                            UnauthorizedException.class, () -> wrong.models().list()))
                    .isNotNull();

            HttpResponse<String> none = sluice.chat().chat(ChatClient.request("sluice/echo", "hi"));
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("www-authenticate"))
                    .hasValueSatisfying(way -> assertThat(way).startsWith("Bearer"));
            assertThat(sluice.chat()
                            .chat(ChatClient.request("sluice/echo", "hi"), "api-key", printed.key())
                            .statusCode())
                    .isEqualTo(200);
            await().untilAsserted(() -> assertThat(sluice.accessLines())
                    .anySatisfy(line -> assertThat(line.getString("key_id")).isEqualTo("ci")));
            right.close();
            wrong.close();
        }
    }

    /** Of two keys one is taken out of the file: its next request is refused, the other's is not. */
    @Test
    void anEditRevokesAKeyWhileSluiceRuns() {
        Printed stays = Printed.by("--id", "stays");
        Printed goes = printedWith(stays.pepper(), "goes");
        String both = PROVIDERS + stays.stanza()
                + goes.stanza()
                        .lines()
                        .filter(line -> line.strip().startsWith("- {"))
                        .findFirst()
                        .orElseThrow() + "\n";
        try (RunningSluice sluice = RunningSluice.start(both, Map.of("SLUICE_PEPPER", stays.pepper()), 2)) {
            assertThat(status(sluice, goes)).isEqualTo(200);

            sluice.edit(PROVIDERS + stays.stanza());

            await().until(() -> status(sluice, goes) == 401);
            assertThat(status(sluice, stays)).isEqualTo(200);
        }
    }

    private static Printed printedWith(String pepper, String id) {
        var minted = new dev.sluice.auth.keys.KeyGenerator()
                .generate(id, null, java.util.List.of(), new dev.sluice.binding.Secret(pepper));
        String stanza = "    - { id: \"" + id + "\", hash: \"" + minted.stanza().hash() + "\" }";
        return new Printed(minted.token().reveal(), stanza, pepper);
    }

    private static int status(RunningSluice sluice, Printed key) {
        return sluice.chat()
                .chat(ChatClient.request("sluice/echo", "hi"), "authorization", "Bearer " + key.key())
                .statusCode();
    }

    private static ChatCompletionCreateParams ask(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("hi")
                .build();
    }

    private static String changed(String key) {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == 'x' ? 'y' : 'x');
    }
}
