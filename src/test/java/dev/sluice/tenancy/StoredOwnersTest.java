package dev.sluice.tenancy;

import static dev.sluice.store.StoreRecords.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.Secret;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredOwnersTest {

    /** Without a pepper, as with PostgreSQL and callers that have tokens only. */
    @Test
    void instancesShareTheSecretOfIdsAndARestartKeepsIt(@TempDir Path folder) throws Exception {
        Vertx vertx = Vertx.vertx();
        Store store = get(Store.open(
                vertx,
                StoreRecords.config("sqlite:" + folder.resolve("s.db"), folder.resolve("j"), 1 << 20),
                StoreRecords.ANY_MODEL));
        StoredOwners first = new StoredOwners(store.owners(), StoredOwners.idSecret(null));
        StoredOwners second = new StoredOwners(store.owners(), StoredOwners.idSecret(null));
        byte[] own = first.idSecret();
        assertThat(second.idSecret()).isNotEqualTo(own);

        get(first.shareIdSecret());
        get(second.shareIdSecret());

        assertThat(first.idSecret()).isEqualTo(own);
        assertThat(second.idSecret()).isEqualTo(own);
        assertThat(StoredOwners.idSecret(new Secret("p"))).isEqualTo(StoredOwners.idSecret(new Secret("p")));
        get(store.close());
        get(vertx.close());
    }
}
