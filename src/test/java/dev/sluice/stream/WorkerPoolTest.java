package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {

    /** The first user may be a provider that an edit removes. */
    @Test
    void poolOutlivesTheVerticleThatUsedItFirst() {
        Vertx vertx = Vertx.vertx();
        try {
            AtomicReference<WorkerPool> pool = new AtomicReference<>();
            String first = RunningSluice.await(vertx.deployVerticle(new VerticleBase() {
                @Override
                public Future<?> start() {
                    pool.set(WorkerPool.of(vertx, WorkerPool.Purpose.BODIES));
                    return pool.get().run(() -> "warm");
                }
            }));
            RunningSluice.await(vertx.undeploy(first));

            assertThat(RunningSluice.await(pool.get().run(() -> "served"))).isEqualTo("served");
            assertThat(WorkerPool.of(vertx, WorkerPool.Purpose.BODIES)).isSameAs(pool.get());
        } finally {
            RunningSluice.await(vertx.close());
        }
    }
}
