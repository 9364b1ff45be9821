package dev.sluice.store.sql;

import dev.sluice.store.RunningPostgres;
import java.nio.file.Path;

final class PostgresMigrationsTest extends MigrationContract {

    @Override
    String emptyStore(Path folder) {
        return RunningPostgres.shared().newDatabase();
    }
}
