package dev.sluice.bench.proxy;

import dev.sluice.bench.load.Request;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.upstream.Mode;

/** A target of the load: a proxy in front of the upstream, or the upstream itself. */
public interface Proxy extends AutoCloseable {

    String name();

    /** The request to which the upstream responds in the given mode. */
    Request request(Mode mode, int promptBytes);

    ProcessTree process();

    /** Whether it has to be warmed up before it is measured. */
    boolean isJvm();

    /** Empties the log. Called between measurements. */
    default void truncateLog() throws java.io.IOException {}

    @Override
    void close();
}
