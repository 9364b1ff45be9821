package dev.sluice.http.exchange;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** The owners of files and batches at providers. A resource without a recorded owner has none. */
public interface ResourceOwners {

    /** The ids among these that belong to the owner. */
    Future<Set<String>> owned(String owner, String provider, Collection<String> ids);

    /** Whether any of these ids belongs to another owner. An id without a recorded owner does not. */
    Future<Boolean> anyOfOthers(String owner, String provider, Collection<String> ids);

    /** Records the owner of new resources. The first owner of an id stays its owner. */
    Future<Void> record(String owner, String provider, Collection<String> ids);

    /** Forgets a deleted resource. */
    Future<Void> forget(String provider, String id);

    /** The secret that authenticates the ids of videos. */
    byte[] idSecret();

    /**
     * Owners in memory, for a Sluice without a store. The oldest of 100,000 are forgotten, and all of them at a
     * restart.
     *
     * @param secret of the ids
     */
    static ResourceOwners inMemory(byte[] secret) {
        return new ResourceOwners() {

            private static final int MAX = 100_000;

            private final ReentrantLock access = new ReentrantLock();
            private final Map<String, String> owners = new LinkedHashMap<>();

            @Override
            public Future<Set<String>> owned(String owner, String provider, Collection<String> ids) {
                access.lock();
                try {
                    return Future.succeededFuture(ids.stream()
                            .filter(id -> owner.equals(owners.get(provider + "\n" + id)))
                            .collect(Collectors.toSet()));
                } finally {
                    access.unlock();
                }
            }

            @Override
            public Future<Boolean> anyOfOthers(String owner, String provider, Collection<String> ids) {
                access.lock();
                try {
                    return Future.succeededFuture(ids.stream()
                            .map(id -> owners.get(provider + "\n" + id))
                            .anyMatch(other -> other != null && !other.equals(owner)));
                } finally {
                    access.unlock();
                }
            }

            @Override
            public Future<Void> record(String owner, String provider, Collection<String> ids) {
                access.lock();
                try {
                    ids.forEach(id -> owners.putIfAbsent(provider + "\n" + id, owner));
                    Iterator<String> oldest = owners.keySet().iterator();
                    while (owners.size() > MAX) {
                        oldest.next();
                        oldest.remove();
                    }
                } finally {
                    access.unlock();
                }
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> forget(String provider, String id) {
                access.lock();
                try {
                    owners.remove(provider + "\n" + id);
                } finally {
                    access.unlock();
                }
                return Future.succeededFuture();
            }

            @Override
            public byte[] idSecret() {
                return secret;
            }
        };
    }
}
