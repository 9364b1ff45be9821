package dev.sluice.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The picocli mixin with the option for the path of the config file. */
final class ConfigFile {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_CONFIG:-conf/sluice.yaml}",
            description = "The config file. Default: SLUICE_CONFIG or, if it is not set, conf/sluice.yaml.")
    private Path file;

    Path path() {
        return file;
    }
}
