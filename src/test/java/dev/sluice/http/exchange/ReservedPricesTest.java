package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.route.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request is reserved at the prices of the service tier, speed and cache lifetime that it asks for. */
class ReservedPricesTest {

    private final FakeListener listener = new FakeListener();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void aServiceTierIsReservedAtItsPrice() {
        assertThat(rates("").input()).isEqualTo(2_000_000);
        assertThat(rates("\"service_tier\":\"priority\",").output()).isEqualTo(16_000_000);
        assertThat(rates("\"service_tier\":\"auto\",").output()).isEqualTo(8_000_000);
        assertThat(rates("\"service_tier\":7,").output()).isEqualTo(8_000_000);
        assertThat(rates("\"speed\":\"fast\",").output()).isEqualTo(24_000_000);
    }

    @Test
    void aCacheOfAnHourIsReservedAtItsPrice() {
        assertThat(rates("").cacheWrite()).isEqualTo(2_500_000);
        assertThat(rates("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"},")
                        .cacheWrite())
                .isEqualTo(4_000_000);
    }

    private Rates rates(String members) {
        String body = "{\"model\":\"one\",\"max_tokens\":9," + members
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        Target target = new Target("a", "tiered", FakeListener.A.weight(), FakeListener.A.generation());
        ClientRequest request = Protocols.read(Surface.MESSAGES, ByteSlice.of(body));
        return new ReservedPrices(listener.snapshot.routes(), request, Protocols.requirements(request))
                .at(target)
                .prices()
                .base();
    }
}
