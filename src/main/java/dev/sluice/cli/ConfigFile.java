package dev.sluice.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which config file is meant; every command that reads one mixes it in. */
final class ConfigFile {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_CONFIG:-conf/sluice.yaml}",
            description = "The config file. Else SLUICE_CONFIG, else conf/sluice.yaml.")
    private Path file;

    Path path() {
        return file;
    }
}
