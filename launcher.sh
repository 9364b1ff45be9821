#!/bin/sh
# Sluice from a clone: finds a JDK, builds the jar when the sources are newer, and becomes the gateway.
#
#   ./launcher.sh [serve …]   build if needed, then serve; every command of the jar works the same way
#   ./launcher.sh test        the whole build with all its tests
#   ./launcher.sh format      format the Java sources
#   ./launcher.sh bench …     measure it beside plain proxies; --help tells more
#
#   SLUICE_JAVA_HOME   the JDK to use; else JAVA_HOME, java on the PATH, then the newest in the usual folders
#   SLUICE_JAVA_OPTS   JVM flags of your own, after ours
set -eu

readonly OLDEST=21 # the class files' version

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "$@"
    exit 2
}

# What a link of a link leads to; readlink -f is not everywhere.
resolve() {
    file=$1
    while [ -L "$file" ]; do
        link=$(readlink "$file")
        case $link in
            /*) file=$link ;;
            *) file=$(dirname "$file")/$link ;;
        esac
    done
    printf '%s\n' "$file"
}

home=$(CDPATH='' cd -- "$(dirname -- "$(resolve "$0")")" && pwd)
readonly home
readonly jar="$home/target/sluice.jar"
readonly log="$home/target/build.log"

# ---------------------------------------------------------------- finding Java

# The version as the JDK's own note has it, since asking java itself takes a tenth of a second. Empty without a JDK.
major_of() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' "$1/release"
}

# fits HOME TOOL: whether HOME is new enough and has TOOL (java to run, javac to build). Notes why not.
fits() {
    case $seen in *" $1: "*) return 1 ;; esac
    major=$(major_of "$1")
    if [ -z "$major" ]; then
        why="no Java there"
    elif [ "$major" -lt "$OLDEST" ]; then
        why="Java $major, too old"
    elif [ ! -x "$1/bin/$2" ]; then
        why="Java $major, but without $2"
    else
        return 0
    fi
    seen="$seen
  $1: $why"
    return 1
}

on_path() {
    java=$(command -v java 2>/dev/null) || return 0
    dirname "$(dirname "$(resolve "$java")")"
}

in_usual_folders() {
    for folder in /usr/lib/jvm/* /opt/* /opt/java/* "${HOME:-/nowhere}"/.sdkman/candidates/java/* \
        "${HOME:-/nowhere}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        folder_major=$(major_of "$folder")
        [ -z "$folder_major" ] || printf '%s %s\n' "$folder_major" "$folder"
    done | sort -rn | cut -d' ' -f2-
}

# find_java TOOL: sets java_home to the first place that fits, or says all that was looked at and ends.
find_java() {
    seen=
    if [ -n "${SLUICE_JAVA_HOME:-}" ]; then
        fits "$SLUICE_JAVA_HOME" "$1" || die "SLUICE_JAVA_HOME does not fit: Sluice needs Java $OLDEST or newer with $1.$seen"
        java_home=$SLUICE_JAVA_HOME
        return
    fi
    for java_home in "${JAVA_HOME:-}" "$(on_path)"; do
        [ -z "$java_home" ] || ! fits "$java_home" "$1" || return 0
    done
    while IFS= read -r java_home; do
        [ -z "$java_home" ] || ! fits "$java_home" "$1" || return 0
    done <<FOLDERS
$(in_usual_folders)
FOLDERS
    case $1 in
        javac) need="a JDK (not only a JRE), version $OLDEST or newer, to build" ;;
        *) need="Java $OLDEST or newer" ;;
    esac
    die "Sluice needs $need, and found none. Looked at:${seen:-
  JAVA_HOME, the PATH and the usual folders, all without any Java}
Install one (https://adoptium.net) or point SLUICE_JAVA_HOME at it."
}

# ---------------------------------------------------------------- building

is_stale() {
    [ ! -f "$jar" ] || [ -n "$(cd "$home" && find pom.xml LICENSE src/main -newer "$jar" | head -n 1)" ]
}

need_maven() {
    command -v mvn >/dev/null 2>&1 || die "Maven is missing: there is no 'mvn' on the PATH (3.8.6 or newer, https://maven.apache.org)."
    find_java javac
}

# maven ARG…: on the JDK found, and without Java's warnings of what Maven's own libraries do.
maven() {
    quiet=
    [ "$(major_of "$java_home")" -lt 24 ] || quiet='--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'
    (cd "$home" && JAVA_HOME=$java_home MAVEN_OPTS="$quiet ${MAVEN_OPTS:-}" exec mvn -B "$@")
}

build() {
    need_maven
    mkdir -p "$home/target"
    started=$home/target/build.start
    : >"$started"
    : >"$log"
    say "building target/sluice.jar with $java_home (log in target/build.log)"
    # Only the goals that make the jar: a whole lifecycle would fetch the libraries of the tests first.
    maven -Dquick compile jar:jar@default-jar shade:shade@one-jar 2>&1 </dev/null | show_progress || {
        { grep '^\[ERROR\]' "$log" || tail -n 30 "$log"; } | head -n 30 >&2
        die "The build failed; all it said is in $log"
    }
    # An edit made while this ran has to make the jar stale.
    touch -r "$started" "$jar"
}

# Keeps Maven's words in the log and tells the steps, so that a first build is not minutes of silence.
show_progress() {
    files=0
    result=1
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
            *'Downloaded from'*)
                files=$((files + 1))
                [ $((files % 50)) -ne 0 ] || say "  downloaded $files files"
                ;;
            '[INFO] --- '*)
                step=${line#'[INFO] --- '}
                say "  ${step%% (*}"
                ;;
            *'Compiling '*) say "    ${line#'[INFO] '}" ;;
            *'BUILD SUCCESS'*) result=0 ;;
        esac
    done
    return $result
}

# The benchmark's classes lie beside the jar, never in it.
build_bench() {
    stamp=$home/target/bench-classes/built
    if [ ! -f "$stamp" ] || [ -n "$(cd "$home" && find pom.xml src/bench "$jar" -newer "$stamp" | head -n 1)" ]; then
        say "building target/bench-classes"
        maven -ntp -Dquick -Pbench compiler:compile@bench dependency:copy@bench-lib >"$log" 2>&1 </dev/null || {
            grep '^\[ERROR\]' "$log" | head -n 30 >&2
            die "The benchmark does not build; all Maven said is in $log"
        }
        touch "$stamp"
    fi
}

# ---------------------------------------------------------------- running

# The default configuration is the clone's, wherever it is called from; a conf/sluice.yaml right here comes first.
choose_config() {
    if [ -z "${SLUICE_CONFIG:-}" ] && [ ! -f conf/sluice.yaml ]; then
        export SLUICE_CONFIG="$home/conf/sluice.yaml"
    fi
}

# jvm_flags COMMAND: what its JVM is given, in flags. The reasons stand in src/docs/performance.md, too.
jvm_flags() {
    major=$(major_of "$java_home")
    # The heap leaves as much again for the buffers outside it. Out of memory is an end, not a state to go on in.
    flags="-XX:MaxRAMPercentage=40 -XX:+ExitOnOutOfMemoryError -Dio.netty.allocator.type=pooled"
    # From 23 on Java warns of Unsafe, and from 25 on Netty goes without it, unless it is allowed by name.
    [ "$major" -lt 23 ] || flags="$flags --sun-misc-unsafe-memory-access=allow"
    [ "$major" -lt 25 ] || flags="$flags -XX:+UseCompactObjectHeaders"
    case $1 in
        serve) flags="$flags $(class_data)" ;;
        # Over before the second compiler would pay.
        *) flags="$flags -XX:TieredStopAtLevel=1" ;;
    esac
    flags="$flags ${SLUICE_JAVA_OPTS:-}"
}

# become COMMAND…: replaces this shell by the JVM, so that signals reach it.
become() {
    find_java java
    choose_config
    jvm_flags "$1"
    # shellcheck disable=SC2086 # flags are words
    exec "$java_home/bin/java" $flags -jar "$jar" "$@"
}

# Class data of the first run, kept for the next ones, which then start in half of the time. One that does not fit its
# jar or JVM any more is made anew when the gateway stops. Java would tell of that on standard output, hence the -Xlog.
class_data() {
    archive=target/sluice-java$major.jsa
    case $home in *[[:space:]]*) return ;; esac
    if [ -w "$home/target" ]; then
        # The JVM makes one anew for another JVM, but not for another jar: it would go without for ever.
        [ -z "$(find "$jar" -newer "$home/$archive" 2>/dev/null)" ] || rm -f "$home/$archive"
        printf '%s ' -XX:+AutoCreateSharedArchive
    elif [ ! -r "$home/$archive" ]; then
        return
    fi
    printf '%s ' "-XX:SharedArchiveFile=$home/$archive" -Xlog:disable '-Xlog:all=error,cds*=off:stderr'
}

# Measures what serve would run, with the flags it would get.
become_bench() {
    cd "$home"
    jvm_flags serve
    # The load's own heap is large enough to go through a window without a collection, which the proxy would be charged.
    exec "$java_home/bin/java" -XX:+UseSerialGC -Xms1g -Xmx1g -Xmn900m \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "-Dbench.jar=$jar" "-Dbench.jvm=$flags" \
        -cp "target/bench-classes:$jar:target/bench-lib/*" dev.sluice.bench.Bench "$@"
}

[ $# -gt 0 ] || set -- serve
case $1 in
    test)
        shift
        need_maven
        maven -ntp verify "$@"
        ;;
    format)
        need_maven
        maven -q -ntp initialize -Dformat=write
        ;;
    bench)
        shift
        need_maven
        ! is_stale || build
        build_bench
        become_bench "$@"
        ;;
    *)
        ! is_stale || build
        become "$@"
        ;;
esac
