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

/** The outcome of each feature by provider and API. */
final class Matrix {

    private static final int AT_ONCE = 6;

    private final Map<String, Map<String, Map<Feature, Cell>>> cells = new LinkedHashMap<>();

    private final Map<String, Map<MediaFeature, Cell>> media = new LinkedHashMap<>();

    private Matrix() {}

    static Matrix of(ContractFixture fixture) {
        Matrix matrix = new Matrix();
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Runnable> filled = new ArrayList<>();
            for (ClientApi api : fixture.apis()) {
                for (ProviderRow row : fixture.rows()) {
                    Map<Feature, Cell> line = new LinkedHashMap<>();
                    matrix.cells
                            .computeIfAbsent(api.name(), name -> new LinkedHashMap<>())
                            .put(row.name(), line);
                    for (Feature feature : Feature.values()) {
                        Future<Cell> cell = pool.submit(() -> new FeatureCheck(row, api, feature).run());
                        filled.add(() -> line.put(feature, taken(cell)));
                    }
                }
            }
            for (ProviderRow row : fixture.rows()) {
                Map<MediaFeature, Cell> line = new LinkedHashMap<>();
                matrix.media.put(row.name(), line);
                for (MediaFeature each : MediaFeature.values()) {
                    boolean tried = ExpectedOutcomes.media().get(row.name()).get(each) != Outcome.UNTESTED;
                    Future<Cell> cell = pool.submit(
                            () -> tried ? new MediaCheck(fixture, row, each).run() : Cell.of(Outcome.UNTESTED));
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

    Map<MediaFeature, Cell> media(String row) {
        return media.get(row);
    }

    /** A table for each API and one for the rest, as Markdown. */
    String markdown() {
        StringBuilder page = new StringBuilder();
        List<String> features =
                Arrays.stream(Feature.values()).map(each -> each.title).toList();
        cells.forEach((api, lines) -> table(page, "Client API: " + api, features, lines));
        List<String> surfaces =
                Arrays.stream(MediaFeature.values()).map(each -> each.title).toList();
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
                .append(line.values().stream().map(cell -> cell.outcome().label).collect(Collectors.joining(" | ")))
                .append(" |"));
        page.append('\n');
    }
}
