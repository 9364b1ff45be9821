package clients;

import clients.Common.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the cells of the plan (plan.py) with the Java libraries of OpenAI and Anthropic, and with langchain4j. Each cell
 * is one line on standard output: client, api, target, case, tag, what the program saw, detail. It saw {@code whole}: a
 * whole response, as the case expects it; an {@code error} after the response began, an {@code early} error, an early
 * error with status 400 ({@code refused}), or no end: {@code hung}.
 */
public final class Clients {

    private static final long LIMIT_MILLIS = 15_000;
    /** Requests at once whose response has not begun. */
    private static final Semaphore OPENING = new Semaphore(8);

    /**
     * @param stream reads a stream to its end, for the cases at {@code faults}
     * @param cases the functions of the other cases
     */
    private record Client(String name, String api, Run stream, Map<String, Run> cases) {

        Run of(Call call) {
            return !call.api().equals(api) ? null : call.behind().equals("faults") ? stream : cases.get(call.name());
        }
    }

    /** @param began completed by the first event, or with false by an end without one */
    private record Cell(String of, CompletableFuture<Boolean> began, CompletableFuture<String> result) {

        private boolean hasBegun() {
            return began.getNow(false);
        }

        private static boolean refused(Throwable cause) {
            return cause.getClass().getSimpleName().equals("BadRequestException")
                    || LangchainCases.status(cause) == 400;
        }

        String line() {
            String seen;
            try {
                seen = "whole\t" + result.get();
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause();
                seen = cause instanceof TimeoutException
                        ? "hung\tno end after " + LIMIT_MILLIS + " ms"
                        : (hasBegun() ? "error\t" : refused(cause) ? "refused\t" : "early\t")
                                + cause.getClass().getSimpleName() + ": "
                                + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return of + "\t" + seen.substring(0, Math.min(seen.length(), 220));
        }
    }

    private static final List<Client> CLIENTS = List.of(
            new Client("openai-java", "chat", OpenAiCases::chatStream, OpenAiCases.CHAT),
            new Client(
                    "openai-java",
                    "responses",
                    call -> OpenAiCases.responsesStream(call, false),
                    OpenAiCases.RESPONSES),
            new Client("openai-java strict", "responses", call -> OpenAiCases.responsesStream(call, true), Map.of()),
            new Client("anthropic-java", "messages", AnthropicCases::stream, AnthropicCases.MESSAGES),
            new Client("langchain4j", "chat", LangchainCases::stream, LangchainCases.CASES),
            new Client("langchain4j", "responses", LangchainCases::stream, LangchainCases.CASES),
            new Client("langchain4j", "messages", LangchainCases::stream, LangchainCases.CASES));

    private static Cell start(Client client, Run run, Call call) {
        CompletableFuture<String> result = new CompletableFuture<>();
        OPENING.acquireUninterruptibly();
        call.began().thenRun(OPENING::release);
        result.orTimeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS).exceptionally(hung -> {
            call.began().complete(false);
            return null;
        });
        Thread thread = new Thread(() -> {
            try {
                result.complete(run.run(call));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
            call.began().complete(false);
        });
        thread.setDaemon(true);
        thread.start();
        String of = String.join("\t", client.name, client.api, call.target(), call.name(), call.tag());
        return new Cell(of, call.began(), result);
    }

    /** One response for each client: to load its classes takes longer on a busy machine than a cell may. */
    private static void warmUp(List<String> plan) {
        for (Client client : CLIENTS) {
            plan.stream()
                    .map(line -> Call.read(line, CLIENTS.size()))
                    .filter(call -> call.name().equals("fine") && call.api().equals(client.api) && !call.direct())
                    .findFirst()
                    .ifPresent(call -> {
                        try {
                            client.stream.run(call);
                        } catch (Exception failed) {
                            System.err.println(failed); // the cell itself says so
                        }
                    });
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> plan = Files.readAllLines(Path.of(System.getenv("CLIENTS_PLAN")));
        warmUp(plan);
        List<Cell> cells = new ArrayList<>();
        for (boolean drain : new boolean[] {true, false}) {
            for (Client client : CLIENTS) {
                for (String line : plan) {
                    Call call = Call.read(line, CLIENTS.indexOf(client));
                    Run run = client.of(call);
                    if (run != null && call.draining() == drain) {
                        cells.add(start(client, run, call));
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
