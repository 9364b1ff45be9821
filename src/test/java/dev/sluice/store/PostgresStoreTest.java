package dev.sluice.store;

import java.nio.file.Path;

final class PostgresStoreTest extends StoreContract {

    @Override
    String emptyStore(Path folder) {
        return RunningPostgres.shared().newDatabase();
    }
}
