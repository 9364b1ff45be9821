package clients;

import clients.Common.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Runs the cells of the plan (plan.py) with the clients of a program. Each cell is one line on standard output: client,
 * api, target, case, tag, what the program saw, detail. It saw {@code whole}: a whole response, as the case expects it;
 * an {@code error} after the response began, an {@code early} error, an early error with status 400 ({@code refused}),
 * or no end: {@code hung}.
 */
final class Runner {

    private static final long LIMIT_MILLIS = 15_000;
    /** Requests at once whose response has not begun. */
    private static final Semaphore OPENING = new Semaphore(8);

    private final List<Client> clients;
    private final String program;
    private final ToIntFunction<Throwable> status;

    /**
     * @param program a letter that no other program has, for the tags
     * @param status the HTTP status of a client's error, or 0
     */
    Runner(List<Client> clients, String program, ToIntFunction<Throwable> status) {
        this.clients = clients;
        this.program = program;
        this.status = status;
    }

    /**
     * @param stream reads a stream to its end, for the cases at {@code faults}; null: these do not run
     * @param cases the functions of the other cases
     */
    record Client(String name, String api, Run stream, Map<String, Run> cases) {

        Run of(Call call) {
            return !call.api().equals(api) ? null : call.behind().equals("faults") ? stream : cases.get(call.name());
        }
    }

    /** A cell that is not started. */
    private record Planned(Client client, Call call) {

        Cell start() {
            Run run = client.of(call);
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
    }

    /** @param began completed by the first event, or with false by an end without one */
    private record Cell(String of, CompletableFuture<Boolean> began, CompletableFuture<String> result) {

        private boolean hasBegun() {
            return began.getNow(false);
        }

        String line(ToIntFunction<Throwable> status) {
            String seen;
            try {
                seen = "whole\t" + result.get();
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause();
                seen = cause instanceof TimeoutException
                        ? "hung\tno end after " + LIMIT_MILLIS + " ms"
                        : (hasBegun() ? "error\t" : status.applyAsInt(cause) == 400 ? "refused\t" : "early\t")
                                + cause.getClass().getSimpleName() + ": "
                                + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return of + "\t" + seen.substring(0, Math.min(seen.length(), 220));
        }
    }

    /** Runs every cell, prints the lines, and ends the process: a client that hangs must not keep it. */
    void run() throws Exception {
        List<String> plan = Files.readAllLines(Path.of(System.getenv("CLIENTS_PLAN")));
        warmUp(plan);
        List<Planned> every =
                clients.stream().flatMap(client -> planned(plan, client)).toList();
        List<Cell> cells = new ArrayList<>();
        every.stream().filter(each -> each.call.draining()).forEach(each -> cells.add(each.start()));
        cells.forEach(cell -> cell.began.join());
        ProcessHandle.of(Long.parseLong(System.getenv("CLIENTS_DRAINING_PID"))).ifPresent(ProcessHandle::destroy);
        every.stream()
                .filter(each -> !each.call.draining())
                // First those that wait longest, for a deadline.
                .sorted(Comparator.comparing(each -> !each.call.behind().equals("faults")))
                .forEach(each -> cells.add(each.start()));
        cells.forEach(cell -> System.out.println(cell.line(status)));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private Call call(String line, int client) {
        return Call.read(line, program + client + "e");
    }

    private Stream<Planned> planned(List<String> plan, Client client) {
        int number = clients.indexOf(client);
        return plan.stream()
                .map(line -> call(line, number))
                .filter(call -> client.of(call) != null)
                .map(call -> new Planned(client, call));
    }

    /** One response for each client: to load its classes takes longer on a busy machine than a cell may. */
    private void warmUp(List<String> plan) {
        for (Client client : clients) {
            plan.stream()
                    .map(line -> call(line, clients.size()))
                    .filter(call -> call.name().equals("fine") && client.of(call) != null && !call.direct())
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
}
