#!/bin/sh
# A SLURM of one machine, for trying things out: the whole cluster is this computer. The tests use this same script.
#
#   apt-get install slurmctld slurmd slurm-client munge        # Debian, Ubuntu
#   sh docs/one_machine_slurm.sh start                         # as root; `stop` ends it and removes what it wrote
#
# It writes /etc/slurm/slurm.conf, and refuses where there is one that it did not write.
set -eu

conf=/etc/slurm/slurm.conf
mark="# written by one_machine_slurm.sh"
host=$(hostname -s)
spool=/var/spool/one_machine_slurm

configuration() {
    echo "$mark"
    cat <<END
ClusterName=lab
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$spool/slurmctld
SlurmdSpoolDir=$spool/slurmd
SlurmctldPidFile=$spool/slurmctld.pid
SlurmdPidFile=$spool/slurmd.pid
SlurmctldLogFile=$spool/slurmctld.log
SlurmdLogFile=$spool/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MaxArraySize=10001
MinJobAge=3600
ReturnToService=2
SchedulerParameters=sched_interval=2,batch_sched_delay=0
KillWait=10
NodeName=$host CPUs=$(nproc) RealMemory=$(($(awk '/MemTotal/ {print $2}' /proc/meminfo) / 1024 * 8 / 10)) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

ours() { [ -f "$conf" ] && head -n 1 "$conf" | grep -qxF "$mark"; }

ended() { # the process of a pid file, and wait until it is gone
    pid=$(cat "$1" 2>/dev/null) || return 0
    kill "$pid" 2>/dev/null || return 0
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.2; done
    kill -9 "$pid"
}

start() {
    [ "$(id -u)" = 0 ] || { echo "$0: must be root" >&2; exit 1; }
    if [ -e "$conf" ] && ! ours; then echo "$0: $conf is not mine: this machine has a SLURM already" >&2; exit 1; fi
    mkdir -p /run/munge /var/log/munge "$spool/slurmctld" "$spool/slurmd"
    chown munge: /run/munge /var/log/munge
    munge -n >/dev/null 2>&1 || { runuser -u munge -- /usr/sbin/munged && touch "$spool/munged"; }
    configuration >"$conf"
    slurmctld
    node
    for _ in $(seq 100); do sinfo -h -t idle 2>/dev/null | grep -q idle && return 0; sleep 0.2; done
    echo "$0: the node does not come up; see $spool" >&2
    exit 1
}

node() { slurmd; }

stop() {
    ours || { echo "$0: nothing to stop: $conf is not mine" >&2; exit 1; }
    scancel --user root --full 2>/dev/null || true
    ended "$spool/slurmd.pid"
    ended "$spool/slurmctld.pid"
    [ ! -e "$spool/munged" ] || ended /run/munge/munged.pid
    rm -rf "$spool" "$conf"
}

case "${1:-}" in
    start | stop | node) "$1" ;;
    *) echo "usage: $0 start|stop|node" >&2; exit 2 ;;
esac
