package dev.sluice.binding;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.error.Mark;

/**
 * The findings of reading one file: the position of each key, errors, warnings, and values missing in the environment.
 * Missing values are kept separately: whether one is an error depends on whether its provider is enabled.
 */
public final class Diagnostics {

    private static final Comparator<ConfigProblem> FILE_ORDER =
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column);

    private final String file;
    private final Map<String, Mark> positions = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final List<ConfigProblem> errors = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final List<ConfigProblem> missing = new ArrayList<>();
    private final Set<Path> secretFiles = new LinkedHashSet<>();

    private final boolean readsFiles;

    public Diagnostics(String file) {
        this(file, true);
    }

    /** @param readsFiles false for a text proposed through the API: its errors must not reveal the content of files */
    public Diagnostics(String file, boolean readsFiles) {
        this.file = file;
        this.readsFiles = readsFiles;
    }

    public boolean readsFiles() {
        return readsFiles;
    }

    void recordPosition(String path, Mark mark) {
        positions.putIfAbsent(path, mark);
    }

    void recordText(String path, String text) {
        texts.put(path, text);
    }

    /** The quoted value for an error message: as written in the file, since the resolved value may be a secret. */
    public String quote(String path) {
        return Redaction.quote(path, texts.getOrDefault(path, ""));
    }

    /** Whether the file has this key, with any value. */
    public boolean present(String path) {
        return positions.containsKey(path);
    }

    public void error(String path, String message) {
        errors.add(problem(nearest(path), path, message));
    }

    void error(Mark mark, String path, String message) {
        errors.add(problem(mark, path, message));
    }

    void error(int line, int column, String message) {
        errors.add(new ConfigProblem(file, line, column, ConfigPath.ROOT, message));
    }

    public void warn(String path, String message) {
        warnings.add(problem(nearest(path), path, message));
    }

    void warn(Mark mark, String path, String message) {
        warnings.add(problem(mark, path, message));
    }

    public void secretFile(Path file) {
        secretFiles.add(file);
    }

    public void missing(String path, String message) {
        missing.add(problem(nearest(path), path, message));
    }

    /** Removes and returns the missing values below a path; the caller decides whether they are errors. */
    public List<ConfigProblem> removeMissing(String path) {
        List<ConfigProblem> taken = missing.stream()
                .filter(problem -> ConfigPath.within(path, problem.path()))
                .toList();
        missing.removeAll(taken);
        return taken;
    }

    /** Reports missing values as errors. */
    public void reportMissing(List<ConfigProblem> taken) {
        errors.addAll(taken);
    }

    public void reportMissing() {
        errors.addAll(missing);
        missing.clear();
    }

    public boolean clean() {
        return errors.isEmpty();
    }

    public List<ConfigProblem> errors() {
        return errors.stream().sorted(FILE_ORDER).toList();
    }

    public List<ConfigProblem> warnings() {
        return warnings.stream().sorted(FILE_ORDER).toList();
    }

    public Set<Path> secretFiles() {
        return Set.copyOf(secretFiles);
    }

    private Mark nearest(String path) {
        String step = path;
        while (!positions.containsKey(step) && !step.isEmpty()) {
            step = ConfigPath.parent(step);
        }
        return positions.get(step);
    }

    private ConfigProblem problem(Mark mark, String path, String message) {
        return mark == null
                ? new ConfigProblem(file, 0, 0, path, message)
                : new ConfigProblem(file, mark.getLine() + 1, mark.getColumn() + 1, path, message);
    }
}
