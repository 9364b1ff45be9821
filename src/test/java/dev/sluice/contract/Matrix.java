package dev.sluice.contract;

import dev.sluice.contract.Cell.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** What became of everything that was asked for: provider by API by feature. */
final class Matrix {

    private static final int AT_ONCE = 6;

    private final Map<String, Map<String, Map<Feature, Cell>>> cells = new LinkedHashMap<>();

    private final Map<String, Map<Media, Cell>> media = new LinkedHashMap<>();

    private Matrix() {}

    static Matrix of(Fleet fleet) {
        Matrix matrix = new Matrix();
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Runnable> filled = new ArrayList<>();
            for (Api api : fleet.apis()) {
                for (Row row : fleet.rows()) {
                    Map<Feature, Cell> line = new LinkedHashMap<>();
                    matrix.cells
                            .computeIfAbsent(api.name(), name -> new LinkedHashMap<>())
                            .put(row.name(), line);
                    for (Feature feature : Feature.values()) {
                        Future<Cell> cell = pool.submit(() -> new Trial(row, api, feature).run());
                        filled.add(() -> line.put(feature, taken(cell)));
                    }
                }
            }
            for (Row row : fleet.rows()) {
                Map<Media, Cell> line = new LinkedHashMap<>();
                matrix.media.put(row.name(), line);
                for (Media each : Media.values()) {
                    boolean tried = Expected.media().get(row.name()).get(each) != Outcome.UNTRIED;
                    Future<Cell> cell = pool.submit(
                            () -> tried ? new MediaTrial(fleet, row, each).run() : Cell.of(Outcome.UNTRIED));
                    filled.add(() -> line.put(each, taken(cell)));
                }
            }
            filled.forEach(Runnable::run);
        } finally {
            pool.shutdownNow();
        }
        return matrix;
    }

    private static Cell taken(Future<Cell> cell) {
        try {
            return cell.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    Map<Feature, Cell> line(String api, String row) {
        return cells.get(api).get(row);
    }

    Map<Media, Cell> media(String row) {
        return media.get(row);
    }

    /** A table for each API and one for the rest, as Markdown. */
    String markdown() {
        StringBuilder page = new StringBuilder();
        List<String> features =
                Arrays.stream(Feature.values()).map(each -> each.title).toList();
        cells.forEach((api, lines) -> table(page, "Client API: " + api, features, lines));
        List<String> surfaces =
                Arrays.stream(Media.values()).map(each -> each.title).toList();
        table(page, "Other APIs", surfaces, media);
        return page.toString();
    }

    private static <E> void table(
            StringBuilder page, String title, List<String> columns, Map<String, Map<E, Cell>> lines) {
        page.append("\n### ").append(title).append("\n\n| provider | ");
        page.append(String.join(" | ", columns)).append(" |\n|---|").append("---|".repeat(columns.size()));
        lines.forEach((row, line) -> page.append("\n| ")
                .append(row)
                .append(" | ")
                .append(line.values().stream().map(cell -> cell.outcome().word).collect(Collectors.joining(" | ")))
                .append(" |"));
        page.append('\n');
    }
}
