package dev.sluice.http.exchange;

import dev.sluice.config.ServerConfig.StoredResponses;
import dev.sluice.model.ByteSlice;
import dev.sluice.observe.Metrics.Reference;
import dev.sluice.observe.Metrics.RememberedResponses;
import dev.sluice.protocol.responses.OutputItem;
import dev.sluice.protocol.responses.UnstoredResponse;
import dev.sluice.stream.FairBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Responses that no provider has stored, by owner and id: their output items, to which clients refer instead of sending
 * them again, and the input before them, which {@code previous_response_id} stands for. In memory only, for a limited
 * time after the last use, and within a limit of bytes that owners share fairly. An owner without room loses the oldest
 * of its own inputs where inputs take most of it, as those of clients that repeat the conversation do; else its oldest
 * response. May be called from any thread.
 *
 * <p>WebSockets remember by {@code http.responses.Conversations}, which has other rules. Here single items count as
 * much as conversations: a dropped input or response breaks every conversation that goes on from it, and clients refer
 * to the items that are left. There a conversation is all that counts: its parts are kept as long as any later response
 * of it, in whichever lane, even after its own id was forgotten. This memory also has a time limit, an index of items,
 * ids that may repeat, and calls from all threads; a connection has one thread, and nothing of these.
 */
public final class ResponseMemory implements RememberedResponses {

    /** What a response and an item take beside their bytes: ids, records and entries. */
    private static final int BYTES_PER_ENTRY = 300;

    /** One response may take this part of the memory at most, and so may its input. */
    private static final int LARGEST_RESPONSE = 8;

    /** A longer conversation is as if its beginning was forgotten. */
    private static final int LONGEST_CHAIN = 10_000;

    private final FairBudget budget = new FairBudget(0);
    private final LongSupplier nanoTime;
    private final ForgottenResponses forgotten = new ForgottenResponses();
    private final Map<String, OwnerResponses> owners = new ConcurrentHashMap<>();

    /**
     * The input of one response.
     *
     * @param previous the id of the response before it, or null
     * @param items as in a JSON array
     */
    record Input(String previous, ByteSlice items) {}

    private record KeptInput(FairBudget.Lease lease, Input input, long bytes) {}

    /** @param json null when two responses had different items of this id, so that it identifies neither */
    private record KeptItem(ByteSlice json, KeptResponse of) {}

    private static final class KeptResponse {
        private final FairBudget.Lease lease;
        private final UnstoredResponse response;
        private final long bytes;
        private long usedNanos;
        /** Two responses have this id, so that it identifies neither. */
        private boolean ambiguous;

        private KeptResponse(FairBudget.Lease lease, UnstoredResponse response, long bytes, long usedNanos) {
            this.lease = lease;
            this.response = response;
            this.bytes = bytes;
            this.usedNanos = usedNanos;
        }
    }

    /** The responses of one owner, least recently used first. Used only within a computation of the map of owners. */
    private static final class OwnerResponses {
        private final String owner;
        private final ForgottenResponses forgotten;
        private final Map<String, KeptResponse> responses = new LinkedHashMap<>();
        private final Map<String, KeptInput> inputs = new LinkedHashMap<>();
        private final Map<String, KeptItem> items = new HashMap<>();
        private long responseBytes;
        private long inputBytes;

        private OwnerResponses(String owner, ForgottenResponses forgotten) {
            this.owner = owner;
            this.forgotten = forgotten;
        }

        private boolean isEmpty() {
            return responses.isEmpty();
        }

        private void dropOldest() {
            if (inputBytes > responseBytes) {
                String id = inputs.keySet().iterator().next();
                forgotten.forget(owner, id, Reference.EVICTED);
                dropInput(id);
            } else {
                forgetOldest(Reference.EVICTED);
            }
        }

        private void forgetOldest(Reference why) {
            String id = responses.keySet().iterator().next();
            forgotten.forget(owner, id, why);
            for (OutputItem item : responses.get(id).response.items()) {
                if (item.id() != null) {
                    forgotten.forget(owner, item.id(), why);
                }
            }
            drop(id);
        }

        private void dropInput(String id) {
            KeptInput input = inputs.remove(id);
            if (input != null) {
                inputBytes -= input.bytes();
                input.lease().close();
            }
        }

        private void drop(String id) {
            dropInput(id);
            KeptResponse kept = responses.remove(id);
            if (kept != null) {
                for (OutputItem item : kept.response.items()) {
                    if (item.id() != null) {
                        items.computeIfPresent(item.id(), (same, found) -> found.of() == kept ? null : found);
                    }
                }
                responseBytes -= kept.bytes;
                kept.lease.close();
            }
        }

        private void use(String id, long now) {
            KeptResponse kept = responses.remove(id);
            kept.usedNanos = now;
            responses.put(id, kept);
            KeptInput input = inputs.remove(id);
            if (input != null) {
                inputs.put(id, input);
            }
        }
    }

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    public ResponseMemory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Copies a response and its input.
     *
     * @param input null when it is not known as a whole
     */
    void keep(String owner, UnstoredResponse response, Input input, StoredResponses settings) {
        long bytes = BYTES_PER_ENTRY;
        int length = 0;
        for (OutputItem item : response.items()) {
            length += item.json().length();
            bytes += item.json().length() + BYTES_PER_ENTRY;
        }
        long largest = settings.bytes() / LARGEST_RESPONSE;
        if (bytes > largest) {
            forgotten.forget(owner, response.id(), Reference.TOO_LARGE);
            return;
        }
        long inputBytes = input == null ? Long.MAX_VALUE : input.items().length() + BYTES_PER_ENTRY;
        if (inputBytes > largest && input != null) {
            forgotten.forget(owner, response.id(), Reference.TOO_LARGE);
        }
        Input kept = inputBytes > largest
                ? null
                : new Input(input.previous(), ByteSlice.of(input.items().toBytes()));
        UnstoredResponse copy = copy(response, length);
        budget.limit(settings.bytes());
        long total = bytes;
        owners.compute(owner, (same, present) -> {
            OwnerResponses all = present == null ? new OwnerResponses(owner, forgotten) : present;
            removeExpired(all, settings);
            keep(all, owner, copy, total);
            if (kept != null && all.responses.containsKey(copy.id())) {
                keepInput(all, owner, copy.id(), kept, inputBytes);
            }
            return all.isEmpty() ? null : all;
        });
    }

    /** The item, or null when it is unknown, too old, or of another owner. */
    ByteSlice item(String owner, String id, StoredResponses settings) {
        ByteSlice[] found = new ByteSlice[1];
        owners.computeIfPresent(owner, (same, all) -> {
            KeptItem item = all.items.get(id);
            if (item != null && item.json() != null && !isExpired(item.of(), settings)) {
                found[0] = item.json();
                all.use(item.of().response.id(), nanoTime.getAsLong());
            } else if (item != null) {
                forgotten.forget(owner, id, item.json() == null ? Reference.UNKNOWN : Reference.EXPIRED);
            }
            return all;
        });
        count(found[0] != null, owner, id);
        return found[0];
    }

    /**
     * The items of the conversation that ends with a response, each element as in a JSON array. Null when some of it is
     * unknown, too old, or of another owner.
     */
    public List<ByteSlice> conversation(String owner, String responseId, StoredResponses settings) {
        List<ByteSlice> latestFirst = new ArrayList<>();
        String[] missing = {responseId};
        owners.computeIfPresent(owner, (same, all) -> {
            missing[0] = collect(all, responseId, settings, latestFirst);
            return all;
        });
        count(missing[0] == null, owner, missing[0]);
        return missing[0] == null ? latestFirst.reversed() : null;
    }

    /** A connection found what its request refers to. */
    public void found() {
        forgotten.count(Reference.FOUND);
    }

    /** A request refers to a response that is not known. */
    void missed(String owner, String id) {
        forgotten.missed(owner, id);
    }

    /** A connection forgot a response. */
    public void forgot(String owner, String id, Reference why) {
        forgotten.forget(owner, id, why);
    }

    /** Whether the owner has any response. */
    boolean hasResponses(String owner) {
        return owners.containsKey(owner);
    }

    /** Removes what is too old, and what a changed configuration has no room for. */
    public void sweep(StoredResponses settings) {
        budget.limit(settings.bytes());
        for (String owner : owners.keySet()) {
            owners.computeIfPresent(owner, (same, all) -> {
                removeExpired(all, settings);
                while (!all.isEmpty() && budget.used() > budget.limit()) {
                    all.dropOldest();
                }
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** Approximate while other threads change it. */
    @Override
    public long responses() {
        long responses = 0;
        for (OwnerResponses all : owners.values()) {
            responses += all.responses.size();
        }
        return responses;
    }

    @Override
    public long usedBytes() {
        return budget.used();
    }

    @Override
    public long limitBytes() {
        return budget.limit();
    }

    @Override
    public long references(Reference outcome) {
        return forgotten.counted(outcome);
    }

    private void count(boolean found, String owner, String id) {
        if (found) {
            forgotten.count(Reference.FOUND);
        } else {
            forgotten.missed(owner, id);
        }
    }

    private static UnstoredResponse copy(UnstoredResponse response, int length) {
        byte[] bytes = new byte[length];
        List<OutputItem> items = new ArrayList<>(response.items().size());
        int at = 0;
        for (OutputItem item : response.items()) {
            ByteSlice json = item.json();
            System.arraycopy(json.array(), json.offset(), bytes, at, json.length());
            items.add(new OutputItem(item.id(), new ByteSlice(bytes, at, json.length()), item.needsStore()));
            at += json.length();
        }
        return new UnstoredResponse(response.id(), items);
    }

    private void keep(OwnerResponses all, String owner, UnstoredResponse response, long bytes) {
        KeptResponse earlier = all.responses.get(response.id());
        boolean ambiguous = earlier != null && !earlier.response.equals(response);
        FairBudget.Lease lease = take(all, owner, bytes);
        if (lease == null) {
            return;
        }
        KeptResponse kept = new KeptResponse(lease, response, bytes, nanoTime.getAsLong());
        kept.ambiguous = ambiguous || earlier != null && earlier.ambiguous;
        for (OutputItem item : response.items()) {
            if (item.id() != null) {
                KeptItem known = all.items.get(item.id());
                boolean sameItem = known == null || item.json().equals(known.json());
                all.items.put(item.id(), new KeptItem(sameItem ? item.json() : null, kept));
            }
        }
        all.drop(response.id());
        all.responses.put(response.id(), kept);
        all.responseBytes += bytes;
    }

    private void keepInput(OwnerResponses all, String owner, String id, Input input, long bytes) {
        FairBudget.Lease lease = budget.lease(owner);
        while (!lease.take(bytes)) {
            // Its own response is the newest.
            if (all.responses.size() == 1) {
                lease.close();
                forgotten.forget(owner, id, Reference.EVICTED);
                return;
            }
            all.dropOldest();
        }
        all.inputs.put(id, new KeptInput(lease, input, bytes));
        all.inputBytes += bytes;
    }

    /** Null when even the whole share of the owner has no room. */
    private FairBudget.Lease take(OwnerResponses all, String owner, long bytes) {
        FairBudget.Lease lease = budget.lease(owner);
        while (!lease.take(bytes)) {
            if (all.isEmpty()) {
                lease.close();
                return null;
            }
            all.dropOldest();
        }
        return lease;
    }

    /** The id of the response that is missing, or not whole; null when none is. */
    private String collect(
            OwnerResponses all, String responseId, StoredResponses settings, List<ByteSlice> latestFirst) {
        List<String> chain = new ArrayList<>();
        String id = responseId;
        while (id != null) {
            KeptResponse kept = all.responses.get(id);
            KeptInput input = all.inputs.get(id);
            if (kept == null || input == null) {
                return id;
            }
            if (kept.ambiguous || isExpired(kept, settings) || chain.size() == LONGEST_CHAIN) {
                Reference why = kept.ambiguous
                        ? Reference.UNKNOWN
                        : chain.size() == LONGEST_CHAIN ? Reference.TOO_LARGE : Reference.EXPIRED;
                forgotten.forget(all.owner, id, why);
                return id;
            }
            chain.add(id);
            kept.response.items().reversed().forEach(item -> latestFirst.add(item.json()));
            latestFirst.add(input.input().items());
            id = input.input().previous();
        }
        long now = nanoTime.getAsLong();
        chain.reversed().forEach(used -> all.use(used, now));
        return null;
    }

    private void removeExpired(OwnerResponses all, StoredResponses settings) {
        while (!all.isEmpty() && isExpired(all.responses.values().iterator().next(), settings)) {
            all.forgetOldest(Reference.EXPIRED);
        }
    }

    private boolean isExpired(KeptResponse response, StoredResponses settings) {
        return nanoTime.getAsLong() - response.usedNanos >= settings.ttl().toNanos();
    }
}
