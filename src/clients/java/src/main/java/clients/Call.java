package clients;

import java.util.concurrent.CompletableFuture;

/**
 * One cell of the plan, as one client runs it.
 *
 * @param behind what is behind Sluice: {@code faults} or {@code judge}
 * @param base the base URL without {@code /v1}
 * @param tag differs in each cell
 * @param began completed by the first event, or with false by an end without one
 */
record Call(
        String name,
        String api,
        String target,
        String behind,
        String base,
        String model,
        String key,
        String tag,
        CompletableFuture<Boolean> began) {

    static final String DRAINING = System.getenv("CLIENTS_DRAINING");

    /** A line of the plan, for a client with a suffix of its own for the tags. */
    static Call read(String line, String client) {
        String[] row = line.split("\t");
        String base = switch (row[4]) {
            case "sluice" -> System.getenv("CLIENTS_SLUICE");
            case "draining" -> DRAINING;
            default -> row[4];
        };
        String tag = row[7] + client;
        return new Call(
                row[0],
                row[1],
                row[2],
                row[3],
                base,
                row[5].replace("{tag}", tag),
                row[6],
                tag,
                new CompletableFuture<>());
    }

    boolean draining() {
        return base.equals(DRAINING);
    }

    boolean direct() {
        return target.startsWith("direct");
    }

    /** Reports that the response has begun. */
    void begin() {
        began.complete(true);
    }

    String ask(String words) {
        return words + " (" + tag + ")";
    }
}
