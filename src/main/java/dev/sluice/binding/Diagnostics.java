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
 * Missing values are kept apart: whether one is an error depends on the provider that needs it.
 */
public final class Diagnostics {

    private static final Comparator<ConfigProblem> FILE_ORDER =
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column);

    private final String file;
    private final Map<String, Mark> places = new HashMap<>();
    private final Map<String, String> written = new HashMap<>();
    private final List<ConfigProblem> errors = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final List<ConfigProblem> missing = new ArrayList<>();
    private final Set<Path> secretFiles = new LinkedHashSet<>();

    private final boolean readsFiles;

    public Diagnostics(String file) {
        this(file, true);
    }

    /** @param readsFiles false for a text that a caller proposes: its errors must not reveal the content of files */
    public Diagnostics(String file, boolean readsFiles) {
        this.file = file;
        this.readsFiles = readsFiles;
    }

    public boolean readsFiles() {
        return readsFiles;
    }

    void place(String path, Mark mark) {
        places.putIfAbsent(path, mark);
    }

    void wrote(String path, String text) {
        written.put(path, text);
    }

    /** The value for an error about it: as the file has it, for what the environment made of it may be a secret. */
    public String quote(String path) {
        return Redaction.quote(path, written.getOrDefault(path, ""));
    }

    /** True when the file itself has this key, whatever its value. */
    public boolean present(String path) {
        return places.containsKey(path);
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
    public List<ConfigProblem> takeMissing(String path) {
        List<ConfigProblem> taken = missing.stream()
                .filter(problem -> ConfigPath.within(path, problem.path()))
                .toList();
        missing.removeAll(taken);
        return taken;
    }

    /** Reports missing values as errors. */
    public void missingAreErrors(List<ConfigProblem> taken) {
        errors.addAll(taken);
    }

    public void missingAreErrors() {
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
        while (!places.containsKey(step) && !step.isEmpty()) {
            step = ConfigPath.parent(step);
        }
        return places.get(step);
    }

    private ConfigProblem problem(Mark mark, String path, String message) {
        return mark == null
                ? new ConfigProblem(file, 0, 0, path, message)
                : new ConfigProblem(file, mark.getLine() + 1, mark.getColumn() + 1, path, message);
    }
}
