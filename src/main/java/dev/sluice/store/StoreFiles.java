package dev.sluice.store;

import dev.sluice.config.StoreConfig;
import java.nio.file.Path;

/** Where the files of a store are; relative ones are below the working directory. */
record StoreFiles(Path journal, Path pepper) {

    private static final String SQLITE = "sqlite:";

    /** The pepper's is null for a database that other machines may use, too. */
    static StoreFiles of(StoreConfig config) {
        boolean own = config.url().startsWith(SQLITE);
        Path beside = own
                ? Path.of(config.url().substring(SQLITE.length()))
                        .toAbsolutePath()
                        .getParent()
                : Path.of("data");
        return new StoreFiles(
                config.journal() != null ? Path.of(config.journal()) : beside.resolve("journal"),
                own ? beside.resolve("pepper") : null);
    }
}
