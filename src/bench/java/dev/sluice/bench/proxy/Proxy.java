package dev.sluice.bench.proxy;

import dev.sluice.bench.load.Request;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.upstream.Mode;

/** Something between the load and the upstream. */
public interface Proxy extends AutoCloseable {

    String name();

    /** The request that makes the upstream answer in a mode. */
    Request request(Mode mode, int promptBytes);

    ProcessTree process();

    /** Whether it has to be warmed up before it is measured. */
    boolean isJvm();

    /** Called between measurements. */
    default void tidy() throws java.io.IOException {}

    @Override
    void close();
}
