package dev.sluice.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handler of SIGHUP, which reloads the configuration as in other servers. Without a handler the signal ends the
 * JVM. By reflection: {@code sun.misc.Signal} is the only interface to signals, and compilers warn of it.
 */
final class HangupSignal {

    private static final Logger LOG = LoggerFactory.getLogger(HangupSignal.class);

    private HangupSignal() {}

    /** @param reload called on a thread of its own for each signal */
    static void handle(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, args) -> switch (method.getName()) {
                case "handle" -> {
                    LOG.info("SIGHUP: reloading the config");
                    reload.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == args[0];
                default -> "reload on SIGHUP";
            };
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            Object reloads =
                    Proxy.newProxyInstance(HangupSignal.class.getClassLoader(), new Class<?>[] {handler}, calls);
            signal.getMethod("handle", signal, handler).invoke(null, hangup, reloads);
        } catch (ReflectiveOperationException | RuntimeException unsupported) {
            LOG.debug("SIGHUP is not handled on this platform: {}", unsupported.toString());
        }
    }
}
