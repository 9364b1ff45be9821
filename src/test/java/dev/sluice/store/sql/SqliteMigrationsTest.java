package dev.sluice.store.sql;

import java.nio.file.Path;

final class SqliteMigrationsTest extends MigrationContract {

    @Override
    String emptyStore(Path folder) {
        return "sqlite:" + folder.resolve("sluice.db");
    }
}
