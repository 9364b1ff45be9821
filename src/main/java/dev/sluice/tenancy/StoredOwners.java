package dev.sluice.tenancy;

import dev.sluice.binding.Secret;
import dev.sluice.http.exchange.ResourceOwners;
import dev.sluice.model.Sha256;
import dev.sluice.store.OwnerTable;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;

/** The owners of files and batches, in the store, which instances may share. */
final class StoredOwners implements ResourceOwners {

    private final OwnerTable table;
    private volatile byte[] idSecret;

    StoredOwners(OwnerTable table, byte[] idSecret) {
        this.table = table;
        this.idSecret = idSecret;
    }

    /** Derived from the pepper, which instances share; without one random. */
    static byte[] idSecret(Secret pepper) {
        if (pepper == null) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            return random;
        }
        MessageDigest digest = Sha256.digest();
        digest.update("sluice ids\n".getBytes(StandardCharsets.UTF_8));
        return digest.digest(pepper.reveal().getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a random secret by the one that instances share. Until then, ids end with the process. */
    Future<Void> shareIdSecret() {
        HexFormat hex = HexFormat.of();
        return table.secret("ids", hex.formatHex(idSecret))
                .onSuccess(shared -> idSecret = hex.parseHex(shared))
                .mapEmpty();
    }

    @Override
    public Future<Set<String>> owned(String owner, String provider, Collection<String> ids) {
        return table.owned(owner, provider, ids, System.currentTimeMillis());
    }

    @Override
    public Future<Boolean> anyOfOthers(String owner, String provider, Collection<String> ids) {
        return table.ofOthers(owner, provider, ids, System.currentTimeMillis()).map(others -> !others.isEmpty());
    }

    @Override
    public Future<Void> record(String owner, String provider, Collection<String> ids) {
        return table.record(owner, provider, ids, System.currentTimeMillis());
    }

    @Override
    public Future<Void> forget(String provider, String id) {
        return table.forget(provider, id);
    }

    @Override
    public byte[] idSecret() {
        return idSecret;
    }
}
