package dev.sluice.binding;

/**
 * One thing that is wrong, and where. Prints in the form that terminals and editors make clickable.
 *
 * @param line from 1; 0 when the whole file is meant
 * @param column from 1; 0 when the whole file is meant
 * @param path the keys that lead there, for example {@code models.fast.targets[0].provider}; empty for the whole file
 * @param message the offender and what is expected; never a secret
 */
public record ConfigProblem(String file, int line, int column, String path, String message) {

    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + (path.isEmpty() ? message : path + ": " + message);
    }
}
