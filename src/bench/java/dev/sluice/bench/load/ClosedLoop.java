package dev.sluice.bench.load;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;

/** As many requests at a time as there are connections: the next goes when the answer before it is whole. */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ClosedLoop implements Load, Caller.Rhythm {

    private final Tally tally = new Tally();
    private final Callers callers;

    /** @param rampMillis over which the connections are opened, evenly, so that streams do not tick in step */
    public ClosedLoop(EventLoopGroup loops, Request request, int connections, long rampMillis) {
        this.callers = new Callers(loops, request.port(), tally, () -> new Caller(request, tally, this));
        for (int i = 0; i < connections; i++) {
            loops.schedule(callers::connect, rampMillis * 1000 * i / connections, TimeUnit.MICROSECONDS);
        }
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public int finish(int seconds) {
        return callers.finish(seconds);
    }

    @Override
    public void close() {
        callers.close();
    }

    @Override
    public void free(Caller caller) {
        if (!callers.finishing()) {
            caller.ask(System.nanoTime());
        }
    }

    @Override
    public void lost(Caller caller) {
        callers.connect();
    }
}
