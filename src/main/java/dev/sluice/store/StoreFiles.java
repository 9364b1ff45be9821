package dev.sluice.store;

import dev.sluice.config.StoreConfig;
import java.nio.file.Path;

/** The files of a store. Relative paths are resolved against the working directory. */
record StoreFiles(Path journal, Path pepper, Path database) {

    private static final String SQLITE = "sqlite:";

    /** The paths of pepper and database are null for a database that instances may share. */
    static StoreFiles of(StoreConfig config) {
        boolean own = config.url().startsWith(SQLITE);
        Path database = own ? Path.of(config.url().substring(SQLITE.length())).toAbsolutePath() : null;
        Path beside = own ? database.getParent() : Path.of("data");
        return new StoreFiles(
                config.journal() != null ? Path.of(config.journal()) : beside.resolve("journal"),
                own ? beside.resolve("pepper") : null,
                database);
    }
}
