package dev.sluice.store;

import dev.sluice.config.StoreConfig;
import java.nio.file.Path;

/** Where the files of a store are; relative ones are below the working directory. */
record StoreFiles(Path journal) {

    private static final String SQLITE = "sqlite:";

    static StoreFiles of(StoreConfig config) {
        if (config.journal() != null) {
            return new StoreFiles(Path.of(config.journal()));
        }
        Path beside = config.url().startsWith(SQLITE)
                ? Path.of(config.url().substring(SQLITE.length()))
                        .toAbsolutePath()
                        .getParent()
                : Path.of("data");
        return new StoreFiles(beside.resolve("journal"));
    }
}
