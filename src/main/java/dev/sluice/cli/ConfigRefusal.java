package dev.sluice.cli;

import dev.sluice.config.loading.LoadedConfig;
import java.io.PrintWriter;
import java.nio.file.Path;

/** How every command says that a config was refused: each problem in a clickable line, then how many. */
final class ConfigRefusal {

    private ConfigRefusal() {}

    static void print(LoadedConfig.Refused refused, Path file, PrintWriter out) {
        refused.problems().forEach(out::println);
        int count = refused.problems().size();
        out.println(count + (count == 1 ? " error in " : " errors in ") + file);
        out.flush();
    }
}
