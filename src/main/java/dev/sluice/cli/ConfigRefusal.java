package dev.sluice.cli;

import dev.sluice.config.loading.LoadedConfig;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Prints the errors of a refused config, one per line with its position in the file, then their number. */
final class ConfigRefusal {

    private ConfigRefusal() {}

    static void print(LoadedConfig.Refused refused, Path file, PrintWriter out) {
        refused.problems().forEach(out::println);
        int count = refused.problems().size();
        out.println(count + (count == 1 ? " error in " : " errors in ") + file);
        out.flush();
    }
}
