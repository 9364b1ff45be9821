package dev.sluice.bench.hostile;

import dev.sluice.bench.Pause;
import dev.sluice.bench.proxy.ChildProcess;
import dev.sluice.bench.proxy.JvmCommand;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The hostile connections, in a process of the lowest priority: on one machine they would otherwise delay the ordinary
 * callers by the CPU time that they themselves take, and not by what they do to the gateway.
 */
final class HostileCallers implements AutoCloseable {

    private static final String NO_TLS = "-";
    private static final Pattern MADE = Pattern.compile("made (\\d+)\\s*$");
    private static final int CONNECT_SECONDS = 20;
    private static final long STACK_BYTES = 256 * 1024;
    private static final long RETRY_MILLIS = 100;
    private static final long REPORT_MILLIS = 250;

    private final ChildProcess child;

    /** Starts them; they have connected when the constructor returns, and begin. */
    HostileCallers(Path directory, JvmCommand jvm, HostileKind kind, int connections, HostileGateway gateway)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
        command.addAll(jvm.withoutArchive()
                .mainClass(
                        HostileCallers.class,
                        kind.name(),
                        Integer.toString(connections),
                        Integer.toString(gateway.port),
                        gateway.hostile,
                        gateway.tls == null ? NO_TLS : gateway.certificate.toString()));
        child = ChildProcess.start("hostile", directory, command);
        child.awaitLine(MADE);
    }

    /** How many connections were made. */
    long made() throws IOException {
        Matcher last = MADE.matcher(child.output());
        return last.find() ? Long.parseLong(last.group(1)) : 0;
    }

    @Override
    public void close() {
        child.close();
    }

    public static void main(String[] arguments) throws Exception {
        HostileKind kind = HostileKind.valueOf(arguments[0]);
        HostileKind.Target target = new HostileKind.Target(
                Integer.parseInt(arguments[2]),
                arguments[3],
                arguments[4].equals(NO_TLS) ? null : trusting(Path.of(arguments[4])));
        int connections = Integer.parseInt(arguments[1]);
        LongAdder made = new LongAdder();
        CountDownLatch connected = new CountDownLatch(connections);
        CountDownLatch begin = new CountDownLatch(1);
        for (int i = 0; i < connections; i++) {
            Runnable caller = () -> repeat(kind, target, made, connected, begin);
            new Thread(null, caller, "hostile-" + i, STACK_BYTES).start();
        }
        // The first ones would otherwise take the CPU time in which the others connect.
        boolean all = connected.await(CONNECT_SECONDS, TimeUnit.SECONDS);
        System.out.println((all ? "" : "not all are connected; ") + "made " + made.sum());
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                Pause.millis(REPORT_MILLIS);
                System.out.println("made " + made.sum());
            }
        });
        begin.countDown();
        // Ends with the benchmark, also if that is killed.
        while (System.in.read() >= 0) {
            Pause.millis(1);
        }
        System.exit(0);
    }

    /** A connection that ends is opened again. */
    private static void repeat(
            HostileKind kind,
            HostileKind.Target target,
            LongAdder made,
            CountDownLatch connected,
            CountDownLatch begin) {
        while (true) {
            try (Socket socket = HostileKind.connect(target.port())) {
                made.increment();
                connected.countDown();
                begin.await();
                kind.act(socket, target);
            } catch (InterruptedException stopped) {
                return;
            } catch (IOException ended) {
                // Refused or cut: the next one.
                Pause.millis(RETRY_MILLIS);
            }
        }
    }

    private static SSLContext trusting(Path certificate) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "gateway", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
