package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.Crossing;
import dev.sluice.protocol.spi.Dialect;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** Both sides speak the same format: bytes pass. */
public final class PassThrough implements Crossing {

    private final Dialect dialect;
    private final ClientRequest request;
    private final UpstreamModel target;
    private Dialect.Seen seen;

    public PassThrough(Dialect dialect, ClientRequest request, UpstreamModel target) {
        this.dialect = dialect;
        this.request = request;
        this.target = target;
    }

    @Override
    public String path() {
        return request.surface().label();
    }

    @Override
    public List<String> headers() {
        return dialect.headers(target);
    }

    @Override
    public UpstreamBody body() {
        return dialect.forward(request, target.model(), target.quirks());
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        seen = dialect.seen(status, body, target.quirks());
        return seen.refusal();
    }

    @Override
    public Whole whole(ByteSlice answer) {
        return new Whole(answer, seen == null ? dialect.usage(answer, target.quirks()) : seen.usage());
    }

    @Override
    public StreamReader reader() {
        return dialect.reader(request, target.quirks());
    }
}
