package clients;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the cases of cases.tsv with the Java libraries of OpenAI and Anthropic, and with langchain4j. Each cell is one
 * line on standard output: client, api, target, case, what the program saw, detail. It saw {@code whole}, an
 * {@code error} after the response began, an {@code early} error, or no end: {@code hung}.
 */
public final class Clients {

    private static final long LIMIT_MILLIS = 15_000;
    /** Requests at once whose response has not begun. */
    private static final Semaphore OPENING = new Semaphore(8);

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final String SLUICE = System.getenv("CLIENTS_SLUICE");
    private static final String DRAINING = System.getenv("CLIENTS_DRAINING");
    private static final String UPSTREAM = System.getenv("CLIENTS_UPSTREAM");
    private static final String KEY = System.getenv("CLIENTS_KEY");

    private static final Map<String, List<String>> TARGETS = Map.of(
            "chat", List.of("openai", "compatible", "anthropic"),
            "responses", List.of("openai", "compatible", "anthropic"),
            "messages", List.of("anthropic", "openai", "compatible"));

    /** Reads a streamed response to its end; returns what came last, or throws as the library does. */
    @FunctionalInterface
    private interface Run {
        String stream(String base, String model, Runnable began) throws Exception;
    }

    private record Client(String name, String api, Run run) {}

    /** @param began completed by the first event, or with false by an end without one */
    private record Cell(String of, CompletableFuture<Boolean> began, CompletableFuture<String> result) {

        private boolean hasBegun() {
            return began.getNow(false);
        }

        String line() {
            String seen;
            try {
                seen = "whole\t" + result.get();
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause();
                seen = cause instanceof TimeoutException
                        ? "hung\tno end after " + LIMIT_MILLIS + " ms"
                        : (hasBegun() ? "error\t" : "early\t")
                                + cause.getClass().getSimpleName() + ": "
                                + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return of + "\t" + seen.substring(0, Math.min(seen.length(), 220));
        }
    }

    private static final List<Client> CLIENTS = List.of(
            new Client("openai-java", "chat", Clients::chat),
            new Client("openai-java", "responses", (base, model, began) -> responses(base, model, began, false)),
            new Client("openai-java strict", "responses", (base, model, began) -> responses(base, model, began, true)),
            new Client("anthropic-java", "messages", Clients::messages),
            new Client(
                    "langchain4j",
                    "chat",
                    (base, model, began) -> langchain(
                            OpenAiStreamingChatModel.builder()
                                    .httpClientBuilder(http11())
                                    .baseUrl(base + "/v1")
                                    .apiKey(KEY)
                                    .modelName(model)
                                    .timeout(TIMEOUT)
                                    .build(),
                            began)),
            new Client(
                    "langchain4j",
                    "responses",
                    (base, model, began) -> langchain(
                            OpenAiResponsesStreamingChatModel.builder()
                                    .httpClientBuilder(http11())
                                    .baseUrl(base + "/v1")
                                    .apiKey(KEY)
                                    .modelName(model)
                                    .build(),
                            began)),
            new Client(
                    "langchain4j",
                    "messages",
                    (base, model, began) -> langchain(
                            AnthropicStreamingChatModel.builder()
                                    .httpClientBuilder(http11())
                                    .baseUrl(base + "/v1")
                                    .apiKey(KEY)
                                    .modelName(model)
                                    .maxTokens(100)
                                    .timeout(TIMEOUT)
                                    .build(),
                            began)));

    private static String chat(String base, String model, Runnable began) {
        var params = ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("hi")
                .build();
        String last = null;
        try (var stream = openai(base, false).chat().completions().createStreaming(params)) {
            for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) stream.stream()::iterator) {
                began.run();
                last = chunk.choices().toString();
            }
        }
        return last;
    }

    private static String responses(String base, String model, Runnable began, boolean validate) {
        var params = ResponseCreateParams.builder().model(model).input("hi").build();
        String last = null;
        try (var stream = openai(base, validate).responses().createStreaming(params)) {
            for (ResponseStreamEvent event : (Iterable<ResponseStreamEvent>) stream.stream()::iterator) {
                began.run();
                last = event.toString();
            }
        }
        return last;
    }

    private static String messages(String base, String model, Runnable began) {
        var params = MessageCreateParams.builder()
                .model(model)
                .maxTokens(100)
                .addUserMessage("hi")
                .build();
        String last = null;
        AnthropicClient client = AnthropicOkHttpClient.builder()
                .baseUrl(base)
                .apiKey(KEY)
                .maxRetries(0)
                .timeout(TIMEOUT)
                .build();
        try (var stream = client.messages().createStreaming(params)) {
            for (RawMessageStreamEvent event : (Iterable<RawMessageStreamEvent>) stream.stream()::iterator) {
                began.run();
                last = event.toString();
            }
        }
        return last;
    }

    private static OpenAIClient openai(String base, boolean validate) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(base + "/v1")
                .apiKey(KEY)
                .maxRetries(0)
                .timeout(TIMEOUT)
                .responseValidation(validate)
                .build();
    }

    /** The stand-in has no HTTP/2, and answers no upgrade. */
    private static JdkHttpClientBuilder http11() {
        return JdkHttpClient.builder().httpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    }

    private static String langchain(StreamingChatModel model, Runnable began) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        model.chat("hi", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String text) {
                began.run();
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(String.valueOf(response.aiMessage().text()));
            }

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }
        });
        try {
            return end.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    private static Cell start(Client client, String target, String name, String base, String model) {
        CompletableFuture<Boolean> began = new CompletableFuture<>();
        CompletableFuture<String> result = new CompletableFuture<>();
        OPENING.acquireUninterruptibly();
        began.thenRun(OPENING::release);
        result.orTimeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS).exceptionally(hung -> {
            began.complete(false);
            return null;
        });
        Thread thread = new Thread(() -> {
            try {
                result.complete(client.run.stream(base, model, () -> began.complete(true)));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
            began.complete(false);
        });
        thread.setDaemon(true);
        thread.start();
        return new Cell(String.join("\t", client.name, client.api, target, name), began, result);
    }

    private static List<Cell> start(Client client, String name, String model, boolean direct) {
        List<Cell> cells = new ArrayList<>();
        for (String target : TARGETS.get(client.api)) {
            String base = name.equals("drain") ? DRAINING : SLUICE;
            cells.add(start(client, target, name, base, target + "/" + model));
        }
        if (direct) {
            String path = client.api.equals("messages") ? "/anthropic" : "/openai";
            cells.add(start(client, "direct", name, UPSTREAM + path, model));
        }
        return cells;
    }

    public static void main(String[] args) throws Exception {
        List<Cell> cells = new ArrayList<>();
        List<String[]> cases = Files.readAllLines(Path.of(System.getenv("CLIENTS_CASES"))).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .toList();
        for (boolean drain : new boolean[] {true, false}) {
            for (Client client : CLIENTS) {
                for (String[] row : cases) {
                    if (row[0].equals("drain") == drain
                            && List.of(row[2].split(" ")).contains(client.api)) {
                        cells.addAll(start(client, row[0], row[1], row[3].equals("yes")));
                    }
                }
            }
            if (drain) {
                cells.forEach(cell -> cell.began.join());
                ProcessHandle.of(Long.parseLong(System.getenv("CLIENTS_DRAINING_PID")))
                        .ifPresent(ProcessHandle::destroy);
            }
        }
        cells.forEach(cell -> System.out.println(cell.line()));
        System.out.flush();
        Runtime.getRuntime().halt(0); // a client that hangs must not keep the process
    }
}
