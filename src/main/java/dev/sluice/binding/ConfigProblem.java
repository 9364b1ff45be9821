package dev.sluice.binding;

/**
 * A problem in a configuration file, with its position. Prints in the form that terminals and editors make clickable.
 *
 * @param line from 1; 0 for the whole file
 * @param column from 1; 0 for the whole file
 * @param path the path of the key, for example {@code models.fast.targets[0].provider}; empty for the whole file
 * @param message what is wrong and what is expected; never a secret
 */
public record ConfigProblem(String file, int line, int column, String path, String message) {

    @Override
    public String toString() {
        String position = line == 0 ? file : file + ":" + line + ":" + column;
        return position + ": " + (path.isEmpty() ? message : path + ": " + message);
    }
}
